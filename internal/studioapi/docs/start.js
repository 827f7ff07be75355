// Shows the contract. A file of its own, because the page's policy allows no inline script.

// The page is dark for those whose system is.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// name gives names to the parts of the page that the viewer leaves without one.
function name() {
  document.getElementById("servers")?.setAttribute("aria-label", "Server");
  for (const [part, label] of [[".information-container", "About"], [".schemes-server-container", "Server and token"]]) {
    const element = document.querySelector(part);
    element?.setAttribute("role", "region");
    element?.setAttribute("aria-label", label);
  }
}

window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/api/public/openapi.json",
    dom_id: "#contract",
    deepLinking: true,
    validatorUrl: null, // asks nobody else
    onComplete: name,
  });
});
