// The list of qualities as media-chrome's menu wants it: the draft
// https://github.com/muxinc/media-tracks of VideoRenditionList.
export class Renditions extends EventTarget {
  #hls;
  #chosen = -1; // none: as the network allows
  length = 0;

  constructor(hls) {
    super();
    this.#hls = hls;
  }

  set(levels) {
    levels.forEach(({ width, height, bitrate }, i) => {
      this[i] = { id: String(i), width, height, bitrate };
    });
    this.length = levels.length;
    if (this.#chosen >= this.length) this.#chosen = -1;
    this.dispatchEvent(new Event(this.length ? "addrendition" : "removerendition"));
  }

  *[Symbol.iterator]() {
    for (let i = 0; i < this.length; i++) yield this[i];
  }

  get selectedIndex() {
    return this.#chosen; // nextLevel is the buffered level, not the requested one
  }

  set selectedIndex(index) {
    this.#chosen = index;
    this.#hls.nextLevel = index;
    this.dispatchEvent(new Event("change"));
  }
}
