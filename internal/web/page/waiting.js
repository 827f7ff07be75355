// Follows the transcoding, and starts the player when there is something to play.
const page = document.querySelector("main");
const bar = document.querySelector("progress");
const text = document.getElementById("progress");
const first = 2_000;
const slowest = 30_000;
let pause = first;

async function look() {
  try {
    const answer = await fetch(page.dataset.address, { cache: "no-store" });
    if (!answer.ok && answer.status < 500) return again(); // it says why
    const { status, percent, message } = await answer.json();
    if (status !== page.dataset.status) return again();
    pause = first;
    if (status === "transcoding") {
      bar.value = percent;
      text.textContent = `${percent} %`;
    }
    document.getElementById("message").textContent = message;
  } catch {
    pause = Math.min(pause * 2, slowest);
  }
  setTimeout(look, pause);
}

function again() {
  location.hash = "play";
  location.reload();
}

setTimeout(look, pause);
