/* Cards: charts in the colours of the page, a table as a file, and trying again. */
(() => {
  const root = document.documentElement;
  const scheme = () => root.getAttribute("data-mantine-color-scheme") || "light";

  /* A link to a card of this page, and an address that ends in one: Dash goes to the top. */
  let arrived = false;
  const reveal = () => {
    arrived = true;
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  addEventListener("_dashprivate_pushstate", () => setTimeout(reveal));

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    cards: {
      /* A figure with the template of the page's colours. */
      colour(figure, _, templates) {
        if (!figure || !templates) return window.dash_clientside.no_update;
        if (!arrived) reveal();
        return { ...figure, layout: { ...figure.layout, template: templates[scheme()] } };
      },
    },
  });

  new MutationObserver(() => {
    if (document.querySelector(".plot")) window.dash_clientside.set_props("chart-scheme", { data: scheme() });
  }).observe(root, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });

  /* Menus: what an item controls opens below them; a choice, a click elsewhere and Escape close them. */
  const shut = (event) => {
    for (const menu of document.querySelectorAll("details.more[open]")) {
      if (!menu.contains(event.target) || event.target.closest(".menu button")) menu.open = false;
    }
  };
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.more[open]");
    if (!menu) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("click", (event) => {
    shut(event);
    const item = event.target.closest?.(".card-foot [aria-controls]");
    if (item) {
      const part = document.getElementById(item.getAttribute("aria-controls"));
      part.hidden = !part.hidden;
      item.setAttribute("aria-expanded", String(!part.hidden));
      (part.hidden ? item.closest("details").querySelector("summary") : part).focus({ preventScroll: true });
      if (!part.hidden) part.scrollIntoView({ block: "nearest" });
      return;
    }
    const button = event.target.closest?.("[data-csv], [data-again]");
    if (!button) return;
    if (button.dataset.again) {
      window.dash_clientside.set_props(button.dataset.again, { data: Date.now() });
      return;
    }
    /* The mark at the beginning tells spreadsheets that it is UTF-8. */
    const file = URL.createObjectURL(new Blob(["\ufeff", button.dataset.csv], { type: "text/csv;charset=utf-8" }));
    const link = Object.assign(document.createElement("a"), { href: file, download: button.dataset.file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(file), 1000);
  });
})();
