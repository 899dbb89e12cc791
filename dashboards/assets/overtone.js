/* What pages need of a browser beyond Dash: arriving at a page, keys, and a server that does not answer. */
(() => {
  let first = true;
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    overtone: {
      /* A page was opened: its title, and for whoever uses a keyboard or a screen reader, its place. */
      arrive(page) {
        if (!page) return "";
        document.title = page.title;
        if (!first) {
          window.dash_clientside.set_props("said", { children: [] });
          window.scrollTo(0, 0);
          document.getElementById("page").focus({ preventScroll: true });
        }
        const words = first ? "" : page.title;
        first = false;
        return words;
      },
    },
  });

  /* A login that ended leads to the login page; a server that does not answer is said, until it does. */
  const ask = window.fetch;
  const say = (words) => {
    const place = document.getElementById("offline");
    place.textContent = words;
    place.hidden = !words;
  };
  window.fetch = async (...what) => {
    try {
      const answer = await ask(...what);
      if (answer.status === 401) {
        window.location.assign(`/login?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
      }
      say(answer.status >= 500 ? "Overtone cannot answer just now. What you see may be old." : "");
      return answer;
    } catch (error) {
      say("Overtone does not answer. What you see may be old.");
      document.dispatchEvent(new Event("overtone:unanswered"));
      throw error;
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input, textarea, select, [role=listbox]");
    if (event.key === "/" && !typing) {
      const search = document.querySelector("[data-slash] input, input[data-slash]");
      if (!search) return;
      event.preventDefault();
      search.focus();
    }
    const track = event.target.closest?.(".tracks > li");
    if (track && !typing && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const next = event.key === "ArrowDown" ? track.nextElementSibling : track.previousElementSibling;
      if (!next) return;
      event.preventDefault();
      next.querySelector("h2, h3").focus();
      next.scrollIntoView({ block: "nearest" });
    }
  });
})();
