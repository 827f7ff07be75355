// shownCaptions are the captions that are shown, or null.
export function shownCaptions(media) {
  return [...media.textTracks].find((t) => t.kind === "captions" && t.mode === "showing") ?? null;
}
