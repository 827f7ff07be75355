// Keeps the wheel of the loading indicator still for who wants no motion: it is turned by
// the picture itself, which styles do not reach.
export function calm(controller) {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const { shadowRoot } = controller.querySelector("media-loading-indicator");
  shadowRoot.querySelectorAll("svg").forEach((picture) => picture.pauseAnimations());
}
