// The player of the embed page.
import "./styles.js";
import "./storage.js";
import "../vendored/media-chrome.js";
import { announceChanges } from "./announce.js";
import { calm } from "./calm.js";
import { listenToKeys } from "./keys.js";
import { load } from "./load.js";
import { remember } from "./remember.js";
import { reportViews } from "./views.js";

const controller = document.querySelector("media-controller");
const media = controller.querySelector("video");
const { hls, mp4, start, status, views, ticket } = media.dataset;

controller.setAttribute("aria-label", `Player: ${document.title}`); // media-chrome has named it "video player"
remember(media);
load(media, { hls, mp4 }, Number(start) || 0, status);
listenToKeys(controller, media);
announceChanges(media, document.getElementById("announce"));
calm(controller);
if (ticket) reportViews(media, views, ticket);

// The page that waited for the transcoding leads here; a browser may want a click first.
if (location.hash === "#play") {
  history.replaceState(null, "", location.pathname + location.search);
  media.play().catch(() => {});
}
