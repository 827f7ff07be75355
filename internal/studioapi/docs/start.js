// Shows the contract. A file of its own, because the page's policy allows no inline script.
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/api/public/openapi.json",
    dom_id: "#contract",
    deepLinking: true,
    validatorUrl: null, // asks nobody else
  });
});
