// Keys work anywhere on the page, not only where the focus is within the player, and 0
// to 9 go to that tenth of the media. The rest of them are media-chrome's.
const own = "input, textarea, select, a, summary, [contenteditable]";

export function listenToKeys(controller, media) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.(own)) return;
    if (/^[0-9]$/.test(event.key) && Number.isFinite(media.duration)) {
      media.currentTime = (media.duration * Number(event.key)) / 10;
      return;
    }
    const outside = !controller.contains(event.target);
    if (outside && /^( |[kjlmfc<>]|Arrow(Left|Right|Up|Down))$/.test(event.key)) {
      event.preventDefault(); // of scrolling
      controller.keyboardShortcutHandler(event);
    }
  });
}
