// Joins a media element, the tracker and the reporter.
import { Reporter } from "./reporter.js";
import { Tracker } from "./tracker.js";

const every = 9_000; // milliseconds: what is lost with a crash stays under 10 s

// clientID calls this playing by a name. randomUUID would be there only under https.
function clientID() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

// reportViews reports what is watched of the media to the address, until the page goes.
export function reportViews(media, address, ticket) {
  const client = clientID();
  const tracker = new Tracker();
  const reporter = new Reporter(async (pieces, leaving) => {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ client_id: client, views: pieces, ticket }),
        keepalive: leaving, // continues when the page is closed
        signal: leaving ? undefined : AbortSignal.timeout?.(every),
      });
      return answer.status;
    } catch {
      return 0;
    }
  });
  const flush = (leaving) => {
    if (!media.seeking && !media.paused) tracker.time(media.currentTime);
    reporter.add(tracker.take());
    return reporter.flush(leaving);
  };

  media.addEventListener("playing", () => tracker.play(media.currentTime));
  media.addEventListener("timeupdate", () => {
    if (!media.seeking) tracker.time(media.currentTime);
  });
  for (const event of ["seeking", "pause", "ended", "emptied"]) media.addEventListener(event, () => tracker.stop());
  media.addEventListener("seeked", () => {
    if (!media.paused) tracker.play(media.currentTime);
  });
  media.addEventListener("pause", () => flush(false));
  media.addEventListener("ended", () => flush(false));
  setInterval(() => flush(false), every);
  addEventListener("pagehide", () => flush(true));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flush(true);
  });
}
