/* Buttons that do something: see components/acts.py. One act is on its way at a time; others wait their turn. */
(() => {
  const waiting = []; /* buttons with their places, the first one's act on its way */

  const send = ({ button, place }) => {
    const said = place?.querySelector(".done").id;
    const act = { ...JSON.parse(button.dataset.act), place: said, search: location.search, at: Date.now() };
    window.dash_clientside.set_props("act", { data: act });
  };

  /* Who came by keyboard goes on beside what they pressed, even if it is not there any more. */
  const stay = (place) => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const buttons = [...(place?.querySelectorAll("button") ?? [])];
    const there = buttons.find((one) => one.checkVisibility({ visibilityProperty: true }));
    (there ?? document.getElementById("page")).focus({ preventScroll: true });
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    acts: {
      over(acting) {
        if (acting || !waiting.length) return;
        const { button, place } = waiting.shift();
        button.removeAttribute("aria-busy");
        if (waiting.length) send(waiting[0]);
        requestAnimationFrame(() => requestAnimationFrame(() => stay(place)));
      },
    },
  });

  document.addEventListener("overtone:unanswered", () => window.dash_clientside.acts.over(false));

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act]");
    if (!button || button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    if (waiting.push({ button, place: button.closest(".place") }) === 1) send(waiting[0]);
  });
})();
