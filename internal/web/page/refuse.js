// Ends the playing with words, in the player's own dialog and for screen readers. The
// element gets an error that it had not itself: so all that follows its errors does.
const network = 2; // MediaError.MEDIA_ERR_NETWORK

export function refuse(media, { title, message }) {
  const dialog = media.parentElement.querySelector("media-error-dialog");
  const part = (name, slot, text) => {
    const element = document.createElement(name);
    element.slot = `error-${network}-${slot}`;
    element.textContent = text;
    return element;
  };
  dialog.replaceChildren(part("h3", "title", title), part("p", "message", message));
  dialog.setAttribute("aria-label", title);
  media.pause();
  Object.defineProperty(media, "error", { value: { code: network, message, words: `${title}. ${message}` } });
  media.dispatchEvent(new Event("error"));
}
