/* The choices of a page and its address follow each other; see components/choices.py. */
(() => {
  let chosen = null; /* the address that the choices asked for last, while it is open */
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    choices: {
      go(search) {
        if (search == null) return;
        chosen = search;
        if (window.location.search !== search) window.dash_clientside.set_props("url", { search });
      },
      come(search) {
        if ((search ?? "") === chosen) return window.dash_clientside.no_update;
        chosen = null;
        return search ?? "";
      },
    },
  });
})();
