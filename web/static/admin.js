// Plays a prompt in its place instead of leaving the page; without this script the link opens the sound.

let playing = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.listen");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  playing?.pause();
  playing = new Audio(link.href);
  playing.play();
});
