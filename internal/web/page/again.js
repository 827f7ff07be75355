// Retries until something continues: at once, then after pauses that grow, and when the
// network comes back.
const first = 1_000; // milliseconds
const slowest = 20_000;

export class Again {
  #attempt;
  #pause = 0;
  #timer = null;

  constructor(attempt) {
    this.#attempt = attempt;
    addEventListener("online", () => this.#timer && this.#go());
  }

  // soon makes an attempt after the pause that is due.
  soon() {
    this.#timer ??= setTimeout(() => this.#go(), this.#pause);
    this.#pause = Math.min(Math.max(2 * this.#pause, first), slowest);
  }

  // well says that it continues.
  well() {
    this.#pause = 0;
  }

  #go() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#attempt();
  }
}
