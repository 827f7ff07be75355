// Lets media-chrome's styles in. Its elements write them as <style> into their shadow
// roots, which the page's policy refuses but for those that carry its nonce. Must run
// before media-chrome.
const nonce = document.currentScript?.nonce;

if (nonce) {
  const inner = Object.getOwnPropertyDescriptor(ShadowRoot.prototype, "innerHTML");
  Object.defineProperty(ShadowRoot.prototype, "innerHTML", {
    ...inner,
    set(html) {
      inner.set.call(this, html.replace(/<style\b/g, `<style nonce="${nonce}"`));
    },
  });
}
