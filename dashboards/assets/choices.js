/* The choices of a page and its address follow each other; see components/choices.py. */
(() => {
  let chosen = null; /* the address that the choices asked for last, while it is open */

  /* The address with some parts changed; those that are null are left out. */
  const changed = (parts) => {
    const search = new URLSearchParams(chosen ?? window.location.search);
    for (const [name, value] of Object.entries(parts)) {
      if (value == null) search.delete(name);
      else search.set(name, value);
    }
    return search.size ? `?${search}` : "";
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    choices: {
      go(wanted) {
        if (wanted == null) return;
        const search = typeof wanted === "string" ? wanted : changed(wanted);
        chosen = search;
        if (window.location.search !== search) window.dash_clientside.set_props("url", { search });
      },
      come(search) {
        if ((search ?? "") === chosen) return window.dash_clientside.no_update;
        chosen = null;
        return search ?? "";
      },
      settle({ was, values }, ...now) {
        const { no_update: none, callback_context: asked } = window.dash_clientside;
        const keep = (output) => (Array.isArray(output) ? output.map(keep) : none); /* one, or those that there are */
        const same = (n) => JSON.stringify(now[n]) === JSON.stringify(was[n]);
        return values.map((value, n) => (same(n) ? value : keep(asked.outputs_list[n])));
      },
      either(value, options, other, others) {
        const first = others[0].value;
        return value === options[0].value || other === first ? window.dash_clientside.no_update : first;
      },
    },
  });
})();
