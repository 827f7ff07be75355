// Gives the page a localStorage where the browser keeps its own back, as in frames on
// other sites: media-chrome uses it unguarded, and would switch no captions on. What is
// put there lasts as long as the page. Must run before media-chrome.
function works() {
  try {
    localStorage.setItem("lectern", "");
    localStorage.removeItem("lectern");
    return true;
  } catch {
    return false;
  }
}

if (!works()) {
  const kept = new Map();
  const value = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, String(text)),
    removeItem: (key) => void kept.delete(key),
  };
  Object.defineProperty(window, "localStorage", { value });
}
