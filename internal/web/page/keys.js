// Keys work anywhere on the page, not only where the focus is within the player, and 0
// to 9 go to that tenth of the media. The rest of them are media-chrome's. They can be
// switched off: who dictates, or hits keys by accident, sets off letters unmeant.
const own = "input, textarea, select, a, summary, [contenteditable]";
const wanted = "lectern-shortcuts";

export function listenToKeys(controller, media) {
  const item = controller.querySelector("#shortcuts");
  const set = () => {
    controller.toggleAttribute("nohotkeys", !item.checked);
    localStorage.setItem(wanted, item.checked ? "on" : "off");
  };
  item.checked = localStorage.getItem(wanted) !== "off";
  set();
  new MutationObserver(set).observe(item, { attributeFilter: ["aria-checked"] }); // the menu tells of no last one unchecked

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!item.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target.closest?.(own)) return;
    if (/^[0-9]$/.test(key) && Number.isFinite(media.duration)) {
      media.currentTime = (media.duration * Number(key)) / 10;
      return;
    }
    if (!controller.contains(target) && (/^[kjlmfc<>]$/.test(key) || (moves.has(key) && isFree(key, target)))) {
      event.preventDefault(); // of scrolling
      controller.keyboardShortcutHandler(event);
    }
  });
}

// moves are keys that mean something to every page and to much that can have the focus.
const moves = new Set([" ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

// isFree says whether nobody else waits for such a key.
function isFree(key, target) {
  const page = document.documentElement;
  const scrolls = page.scrollHeight > page.clientHeight;
  return target === document.body && !(scrolls && /^Arrow(Up|Down)$/.test(key));
}
