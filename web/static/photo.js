// Makes a photo small enough before it is sent: phones take larger ones than we take (5 MB), and pay for each megabyte.
// What the browser cannot read, and what is small already, goes as it is.
"use strict";

const SMALL = 600_000; // bytes
const LONGEST_SIDE = 2000; // pixels, as the server keeps it
const QUALITY = 0.85;

async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}

const input = document.getElementById("file");
input?.addEventListener("change", async () => {
  const [file] = input.files;
  if (!file || file.size <= SMALL || !["image/jpeg", "image/bmp"].includes(file.type)) return;
  const button = input.form.querySelector("button");
  button.disabled = true;
  try {
    const files = new DataTransfer();
    files.items.add(await smaller(file));
    if (input.files[0] === file) input.files = files.files;
  } catch {
    // the server says what is wrong with it
  } finally {
    button.disabled = false;
  }
});
