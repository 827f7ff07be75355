// Tells screen readers what changed where nothing they look at does.
import { shownCaptions } from "./captions.js";

export function announceChanges(media, status) {
  const say = (text) => (status.textContent = text);
  let rate = media.playbackRate;
  media.addEventListener("ratechange", () => {
    if (media.playbackRate !== rate) say(`Speed ${media.playbackRate}×`);
    rate = media.playbackRate;
  });
  let shown = shownCaptions(media);
  media.textTracks.addEventListener("change", () => {
    const now = shownCaptions(media);
    if (now !== shown) say(now ? `Captions: ${now.label}` : "Captions off");
    shown = now;
  });
  let muted = media.muted;
  media.addEventListener("volumechange", () => {
    if (media.muted !== muted) say(media.muted ? "Muted" : "Sound on");
    muted = media.muted;
  });
  let asked = false; // whether the menu of qualities was used
  media.videoRenditions?.addEventListener("change", () => (asked = true));
  media.addEventListener("resize", () => {
    if (asked) say(`Quality ${media.videoHeight}p`);
    asked = false;
  });
  media.addEventListener("waiting", () => say("Loading"));
  media.addEventListener("playing", () => say(""));
  media.addEventListener("ended", () => say("The end"));
  media.addEventListener("error", () => say(media.error.words ?? "This recording cannot be played here."));
}
