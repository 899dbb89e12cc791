/* Influencers: cells of the grid, and opening and closing a creator. */
(() => {
  const el = (...parts) => window.React.createElement(...parts);
  const close = () => {
    const { hash, pathname, search } = window.location;
    if (!hash.startsWith("#creator=")) return;
    window.history.pushState({}, "", pathname + search);
    window.dispatchEvent(new PopStateEvent("popstate"));
    const links = [...document.querySelectorAll(".creator-link, .listing a")];
    links.find((link) => link.hash === hash && link.offsetParent)?.focus();
  };

  window.dashAgGridComponentFunctions = Object.assign({}, window.dashAgGridComponentFunctions, {
    CreatorName: ({ data }) =>
      el("a", { href: `#creator=${encodeURIComponent(data.id)}`, className: "creator-link", tabIndex: -1 },
        el("strong", null, data.name), el("span", null, `@${data.handle}`)),
    Score: ({ value }) =>
      value == null
        ? el("span", { className: "quiet" }, "–")
        : el("span", { className: "score-cell number" }, String(value),
            el("i", { className: "bar", "aria-hidden": "true" }, el("b", { style: { width: `${value}%` } }))),
  });

  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, {
    /* As short() of components/numbers.py. */
    short(count) {
      if (count == null) return "–";
      let size = count;
      for (const unit of ["", "k", "M", "B"]) {
        if (Math.abs(size) < 999.5 || unit === "B") {
          const text = !unit || Math.abs(size) >= 99.95 ? size.toFixed(0) : size.toFixed(1);
          return text.replace(/\.0$/, "") + unit;
        }
        size /= 1000;
      }
    },
    openCreator({ data, event }) {
      if (event.key === undefined || event.key === "Enter") window.location.hash = `creator=${encodeURIComponent(data.id)}`;
    },
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    influencers: {
      /* Who reads with the keyboard goes on in what opened. */
      opened() {
        const title = document.getElementById("creator-title");
        if (title && document.querySelector(".panel")?.contains(document.activeElement) === false) {
          title.focus({ preventScroll: true });
        }
        return window.dash_clientside.no_update;
      },
    },
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-close]")) return;
    event.preventDefault();
    close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && document.getElementById("creator-title")) close();
  });
})();
