// Keeps the speed and the captions that somebody chose for the next page.
import { shownCaptions } from "./captions.js";

const speed = "lectern-speed";
const captions = "lectern-captions"; // a language, or "" for none

export function remember(media) {
  const rate = Number(localStorage.getItem(speed));
  if (rate >= 0.25 && rate <= 4) media.defaultPlaybackRate = media.playbackRate = rate;
  media.addEventListener("ratechange", () => localStorage.setItem(speed, media.playbackRate));

  const language = localStorage.getItem(captions);
  const track = [...media.textTracks].find((t) => t.kind === "captions" && t.language === language);
  if (language && track) track.mode = "showing";
  media.textTracks.addEventListener("change", () => localStorage.setItem(captions, shownCaptions(media)?.language ?? ""));
}
