// Which intervals of a recording were watched, in seconds from its beginning. It does not
// depend on elements: the player tells it what happens, and when.
//
// Only playing makes a stretch grow. A seek is reported before its first frame, with the
// new time already set, so a stretch ends where the last report before it was.
export class Tracker {
  #open = null; // the stretch that is being watched
  #done = [];

  // play begins a stretch, unless one is open.
  play(at) {
    this.#open ??= { start: at, end: at };
  }

  // time says how far playing has come.
  time(at) {
    if (!this.#open) return;
    if (at < this.#open.end) {
      this.stop();
      this.play(at);
    }
    this.#open.end = at;
  }

  // stop ends the stretch where the last report was.
  stop() {
    if (this.#open) this.#keep(this.#open);
    this.#open = null;
  }

  // take returns what was watched since it was last asked, to milliseconds. What is
  // still being watched continues with the next.
  take() {
    if (this.#open) {
      this.#keep(this.#open);
      this.#open = { start: this.#open.end, end: this.#open.end };
    }
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #keep({ start, end }) {
    start = Math.round(start * 1000) / 1000;
    end = Math.round(end * 1000) / 1000;
    if (start >= 0 && start < end && Number.isFinite(end)) this.#done.push({ start, end });
  }
}
