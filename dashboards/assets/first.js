/* Runs before the first paint, so that dark never flashes white. Mantine keeps the choice under this name. */
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
  /* All assets lie beside this one. Of Plotly, charts load what they are drawn with, and not the whole. */
  window.overtoneAssets = new URL(".", document.currentScript.src).pathname;
  const plotly = `${window.overtoneAssets}plotly/plotly-geo.min.js`;
  Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => plotly, set() {} });
})();
