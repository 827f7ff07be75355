// Follows the transcoding, and starts the player when there is something to play.
const page = document.querySelector("main");
const bar = document.querySelector("progress");
const first = 2_000; // milliseconds
const slowest = 15_000;
let pause = first;

// write changes a text only where it differs: screen readers read out what is written.
function write(id, text) {
  const element = document.getElementById(id);
  if (element.textContent === text) return;
  element.textContent = text;
  pause = first;
}

async function look() {
  if (document.hidden) {
    document.addEventListener("visibilitychange", look, { once: true });
    return;
  }
  pause = Math.min(pause * 1.5, slowest);
  try {
    const answer = await fetch(page.dataset.address, { cache: "no-store" });
    if (!answer.ok && answer.status < 500) return again(); // it says why
    const { status, percent, message } = await answer.json();
    if (status !== page.dataset.status) return again();
    if (status === "transcoding") {
      bar.value = percent;
      write("progress", `${percent} %`);
    }
    write("message", message);
  } catch {
    // The next may come through.
  }
  setTimeout(look, pause);
}

function again() {
  location.hash = "play";
  location.reload();
}

setTimeout(look, pause);
