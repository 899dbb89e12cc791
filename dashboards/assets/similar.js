/* Similar music: which part of the song is in ink, a link to copy, and the step that the address names after #. */
(() => {
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  window.dashMantineFunctions = Object.assign(window.dashMantineFunctions || {}, { clock });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    similar: {
      shade(part, whole) {
        const waveform = document.getElementById("similar-waveform");
        if (!waveform || !part) return window.dash_clientside.no_update;
        const all = Number(waveform.dataset.seconds);
        const [from, to] = whole === "whole" ? [0, all] : part;
        waveform.style.setProperty("--from", `${(100 * from) / all}%`);
        waveform.style.setProperty("--to", `${(100 * to) / all}%`);
        return [from, to];
      },
      follow(came) {
        if (!came || !document.getElementById("similar-part-row")) return;
        const { part } = came;
        window.dash_clientside.set_props("similar-whole", { value: part ? "part" : "whole" });
        if (part) window.dash_clientside.set_props("similar-part", { value: part });
      },
    },
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy=address]");
    if (!button) return;
    let words = "Copied. It opens in every session of your account.";
    try {
      await navigator.clipboard.writeText(window.location.href);
    } catch {
      words = window.location.href;
    }
    window.dash_clientside.set_props("said", { children: words });
  });

  /* A step that a link names is drawn after the page: it is gone to once it is there, unless somebody scrolled. */
  let wanted = window.location.hash.slice(1);
  const forget = () => {
    wanted = "";
  };
  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) window.addEventListener(name, forget, { once: true });
  new MutationObserver(() => {
    const step = /^[a-z]+$/.test(wanted) && document.querySelector(`.similar-steps #${wanted}`);
    if (step && step.offsetParent) {
      step.scrollIntoView();
      setTimeout(forget, 4000);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
