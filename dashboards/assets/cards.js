/* Cards: their menus, a table as a file, and trying again. */
(() => {
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
