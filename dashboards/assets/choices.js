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
      settle({ was, values, together }, ...now) {
        const { no_update: none, callback_context: asked } = window.dash_clientside;
        const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
        const changed = (n) => !same(now[n], was[n]);
        /* What is set already is not set again: somebody may be typing there. */
        const wanted = (value, one) => (same(value, one) ? none : value);
        return values.map((value, n) => {
          if (!Array.isArray(asked.outputs_list[n])) {
            return changed(n) || (together.includes(n) && together.some(changed)) ? none : wanted(value, now[n]);
          }
          return now[n].map((one, place) => { /* of several: each by itself, by its id */
            const known = value.find(({ id }) => same(id, asked.outputs_list[n][place].id));
            return known && same(one, known.was) ? wanted(known.value, one) : none;
          });
        });
      },
      either(value, options, other, others) {
        const first = others[0].value;
        return value === options[0].value || other === first ? window.dash_clientside.no_update : first;
      },
    },
  });
})();
