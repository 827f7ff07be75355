// Lets media-chrome's styles in. Its elements write them as <style> into their shadow
// roots, which the page's policy refuses but for those that carry its nonce. Must run
// before media-chrome.
const nonce = document.currentScript?.nonce;

if (nonce) {
  const named = (html) => html.replace(/<style\b/g, `<style nonce="${nonce}"`);
  const root = ShadowRoot.prototype;
  const inner = Object.getOwnPropertyDescriptor(root, "innerHTML");
  Object.defineProperty(root, "innerHTML", {
    ...inner,
    set(html) {
      inner.set.call(this, named(html));
    },
  });
  const whole = root.setHTMLUnsafe; // which brings shadow roots within along
  if (whole) {
    root.setHTMLUnsafe = function (html, ...options) {
      whole.call(this, named(html), ...options);
    };
  }
}
