// Makes a photo small enough before it is sent: phones take larger ones than we take (5 MB), and pay for each megabyte.
// What the server does not take but the browser can read (PNG, WebP) becomes a JPEG. What the browser cannot read goes
// as it is; what is too large all the same is not sent, for the server would say so only after all of it.
"use strict";

const SMALL = 600_000; // bytes
const [LONGEST_SIDE, ACROSS, TALLEST] = [2000, 1000, 8000]; // pixels, as the server keeps it
const QUALITY = 0.85;
const AS_IT_IS = ["image/jpeg", "image/gif", "image/bmp"];

async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const [across, along] = [image.width, image.height].sort((one, other) => one - other);
  const scale = Math.min(1, Math.max(LONGEST_SIDE / along, Math.min(ACROSS / across, TALLEST / along)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // where it is clear
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  const better = blob && (blob.size < file.size || !AS_IT_IS.includes(file.type));
  return better ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}

const isWorthIt = ({ type, size }) =>
  type.startsWith("image/") && type !== "image/gif" && (size > SMALL || !AS_IT_IS.includes(type));

async function makeSmaller(input) {
  const [file] = input.files;
  if (!file || !isWorthIt(file)) return;
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
}

function judge(input) {
  const large = input.files[0]?.size >= Number(input.dataset.largest);
  input.setCustomValidity(large ? input.dataset.tooLarge : "");
  if (large) input.reportValidity();
}

const input = document.getElementById("file");
if (input) input.accept += ",image/png,image/webp"; // not image/heic: of those an iPhone makes JPEGs itself
input?.addEventListener("change", async () => {
  input.setCustomValidity("");
  await makeSmaller(input);
  judge(input);
});
