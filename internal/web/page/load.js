// Gives a video element its media: HLS by Media Source Extensions where there are any,
// by the browser itself where it can (iPhones), else the MP4. Networks that go away and
// addresses that end are waited for and mended; what cannot play gives way to the MP4.
import Hls from "../vendored/hls.js";
import { Again } from "./again.js";
import { askForFiles } from "./files.js";
import { Keeper } from "./keeper.js";
import { refuse } from "./refuse.js";
import { Renditions } from "./renditions.js";

// Seconds to have ahead. A page of many players, most of which nobody plays, is usual.
const untilPlayed = 4;
const whilePlaying = 30;

// mostTrials is how often in a row new addresses are tried where nothing comes.
const mostTrials = 3;

// once lets hls.js report what fails at once, and not after half a minute of tries: it is
// tried here for longer, and when the network comes back.
const once = { maxNumRetry: 0, retryDelayMs: 0, maxRetryDelayMs: 0 };
const pieces = { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 120_000, timeoutRetry: once, errorRetry: once };

// withoutCaptions is the address of the same HLS without the captions in it, which a browser
// that plays HLS itself would list in addition to the page's own.
const withoutCaptions = (hls) => `${hls}?captions=none`;

// load attaches the files to the element. Where they are later is asked at an address.
export function load(media, files, start, address) {
  const keeper = new Keeper(media, start);
  // renew calls go once files are at their new addresses, and says whether it did.
  const renew = async (go) => {
    const said = await askForFiles(address);
    if (said.refusal) refuse(media, said.refusal);
    if (!said.files) return Boolean(said.refusal);
    files = said.files;
    const sprites = media.querySelector("track[kind=metadata]");
    if (sprites) sprites.src = files.sprites;
    go();
    return true;
  };

  // plain leaves it to the element.
  const plain = (file) => {
    let trials = 0;
    const set = () => keeper.change(() => (media.src = (file === "mp4" && files.mp4) || withoutCaptions(files.hls)));
    const again = new Again(async () => (await renew(set)) || again.soon());
    const failed = () => {
      if (media.error.words) return; // they say it all
      if (file === "hls") {
        media.removeEventListener("error", failed);
        plain("mp4");
      } else if (media.error.code !== MediaError.MEDIA_ERR_DECODE && trials++ < mostTrials) again.soon();
    };
    media.addEventListener("error", failed);
    media.addEventListener("loadeddata", () => {
      trials = 0;
      again.well();
    });
    set();
  };
  if (!files.hls || !Hls.isSupported()) {
    plain(files.hls && media.canPlayType("application/vnd.apple.mpegurl") ? "hls" : "mp4");
    return;
  }

  const hls = new Hls({
    maxBufferSize: 0, // bytes, whose seconds would count where they are more than the next
    maxBufferLength: untilPlayed,
    capLevelToPlayerSize: true,
    enableWorker: false, // which would be a blob; fMP4 needs no repackaging
    backBufferLength: 60,
    fragLoadPolicy: { default: pieces },
    timelineController: undefined, // these would empty the captions, which are none of theirs
    subtitleTrackController: undefined,
    subtitleStreamController: undefined,
  });
  const renditions = new Renditions(hls);
  media.videoRenditions = renditions;
  const set = () =>
    keeper.change((place) => {
      hls.config.startPosition = place || -1;
      hls.loadSource(files.hls);
    });
  const recover = hls.recoverMediaError.bind(hls);
  hls.recoverMediaError = () => keeper.change(recover); // hls.js calls it by itself, too
  let begun = false; // a playlist has come
  let refused = false; // an address is not good any more
  let trials = 0;
  let mended = false;
  const again = new Again(async () => {
    if (!refused && hls.levels.length > 0) hls.startLoad(media.currentTime);
    else if (!(await renew(set))) again.soon();
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    begun = true;
    renditions.set(hls.levels.filter(({ height }) => height));
  });
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    trials = 0;
    again.well();
  });
  hls.on(Hls.Events.ERROR, (_, { fatal, type, response }) => {
    refused = response?.code >= 400 && response.code < 500;
    if (begun && refused) hls.stopLoad(); // it would ask there again and again
    else if (!fatal) return;
    if (type === Hls.ErrorTypes.NETWORK_ERROR && begun && !(refused && trials++ === mostTrials)) again.soon();
    else if (type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
    } else {
      keeper.change(() => {
        hls.destroy();
        plain("mp4");
      });
      renditions.set([]);
    }
  });
  hls.attachMedia(media);
  set();
  media.addEventListener("play", () => (hls.config.maxBufferLength = whilePlaying), { once: true });
}
