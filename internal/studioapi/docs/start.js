// Shows the contract. A file of its own, because the page's policy allows no inline script.

// The page is dark for those whose system is.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/api/public/openapi.json",
    dom_id: "#contract",
    deepLinking: true,
    validatorUrl: null, // asks nobody else
  });
});
