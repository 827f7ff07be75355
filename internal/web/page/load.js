// Gives a video element its media: HLS by Media Source Extensions where there are any,
// by the browser itself where it can (iPhones), else the MP4.
import Hls from "../vendored/hls.js";

// Seconds to have ahead. A page of many players, most of which nobody plays, is usual.
const untilPlayed = 4;
const whilePlaying = 30;

// Renditions is the list of qualities as media-chrome's menu wants it: the draft
// https://github.com/muxinc/media-tracks of VideoRenditionList.
class Renditions extends EventTarget {
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
    this.dispatchEvent(new Event("addrendition"));
  }

  *[Symbol.iterator]() {
    for (let i = 0; i < this.length; i++) yield this[i];
  }

  get selectedIndex() {
    return this.#chosen; // nextLevel tells what is buffered, not what was asked for
  }

  set selectedIndex(index) {
    this.#chosen = index;
    this.#hls.nextLevel = index;
    this.dispatchEvent(new Event("change"));
  }
}

// load attaches the sources to the element. An error that cannot be mended leaves HLS
// for the MP4, and that for the element's own error.
export function load(media, { hls: playlist, mp4, start }) {
  const plain = (address) => {
    media.src = address;
    if (start) media.addEventListener("loadedmetadata", () => (media.currentTime = start), { once: true });
  };
  if (!playlist || (!Hls.isSupported() && !media.canPlayType("application/vnd.apple.mpegurl"))) {
    plain(mp4);
    return;
  }
  if (!Hls.isSupported()) {
    plain(playlist);
    return;
  }
  const hls = new Hls({
    startPosition: start || -1,
    maxBufferLength: untilPlayed,
    capLevelToPlayerSize: true,
    enableWorker: false, // which would be a blob; fMP4 needs no repackaging
    backBufferLength: 60,
  });
  const renditions = new Renditions(hls);
  media.videoRenditions = renditions;
  let mended = false;
  hls.on(Hls.Events.MANIFEST_PARSED, () => renditions.set(hls.levels.filter(({ height }) => height)));
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
      return;
    }
    const at = media.currentTime;
    hls.destroy();
    renditions.length = 0;
    renditions.dispatchEvent(new Event("removerendition"));
    start = at || start;
    plain(mp4 || playlist);
  });
  hls.loadSource(playlist);
  hls.attachMedia(media);
  media.addEventListener("play", () => (hls.config.maxBufferLength = whilePlaying), { once: true });
}
