// Sends what was watched, as POST /perspectives/{id}/views takes it: in pieces that are
// numbered from 1 and kept until the server has them. A number that arrives twice counts
// once, so whatever may have been lost is sent again.

const mostIntervals = 100; // in a piece
const mostPieces = 100; // in a request

export class Reporter {
  #pieces = [];
  #sequence = 0;
  #closed = false; // the server has said that it will take nothing more
  #sending = false;
  #send;

  // send takes the pieces and whether the page is being left, and returns the status of
  // the answer, or 0 where there was none.
  constructor(send) {
    this.#send = send;
  }

  // add makes pieces of intervals.
  add(intervals) {
    for (let from = 0; from < intervals.length && !this.#closed; from += mostIntervals) {
      const piece = { sequence: ++this.#sequence, intervals: intervals.slice(from, from + mostIntervals) };
      this.#pieces.push(piece);
    }
  }

  // flush sends what waits. Where the page is being left it does not wait for a request
  // that is under way, whose answer may never be seen.
  async flush(leaving = false) {
    if (this.#closed || this.#pieces.length === 0 || (this.#sending && !leaving)) return;
    this.#sending = true;
    const pieces = this.#pieces.slice(0, mostPieces);
    const status = await this.#send(pieces, leaving);
    this.#sending = false;
    if (!this.#again(status)) {
      this.#pieces = this.#pieces.filter((piece) => !pieces.includes(piece));
    }
  }

  // again says whether pieces that were answered with a status are to be sent again.
  #again(status) {
    if (status === 0 || status === 408 || status === 429 || status >= 500) return true;
    if ([401, 403, 404].includes(status)) {
      this.#closed = true; // the ticket has expired, or the media is gone
      this.#pieces = [];
    }
    return false;
  }

  get waiting() {
    return this.#pieces.length;
  }
}
