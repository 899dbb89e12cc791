/* Runs before the first paint, so that dark never flashes white (Mantine keeps the choice under this name); and the
   button that sent a form is busy until the next page is there: a second click sends nothing. */
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("mantine-color-scheme-value");
  } catch {
    /* storage is switched off: follow the system */
  }
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const scheme = chosen === "dark" || chosen === "light" ? chosen : system;
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
  /* All assets lie beside this one. */
  window.overtoneAssets = new URL(".", document.currentScript.src).pathname;

  addEventListener("submit", ({ submitter }) => submitter?.setAttribute("aria-busy", "true"));
  addEventListener("click", (event) => {
    if (event.target.closest?.("form [aria-busy=true]")) event.preventDefault();
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("form [aria-busy=true]")) button.removeAttribute("aria-busy");
  });
})();
