/* Influencers: opening and closing a creator. */
(() => {
  const close = () => {
    const { hash, pathname, search } = window.location;
    if (!hash.startsWith("#creator=")) return;
    window.history.pushState({}, "", pathname + search);
    window.dispatchEvent(new PopStateEvent("popstate"));
    [...document.querySelectorAll(".creator-link")].find((link) => link.hash === hash)?.focus();
  };

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
