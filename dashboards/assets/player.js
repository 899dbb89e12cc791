/* The player: one bar at the bottom for whatever has a button [data-play], and what was heard of it.

   When a listen ends (its end, another track, the bar closed, the page left), `document` gets an event
   "overtone:heard" with {track_id, heard_pct, heard_s, began_at, context, private}: heard is what really sounded, each
   second once, not where the needle stood; private is whether a private session was on at any time since it began.
   Nothing is sent to a server from here. */
(() => {
  const SEEK_S = 5;
  const audio = new Audio();
  audio.preload = "auto";
  let now = null; /* {id, title, artist, context, start, began, private} */
  let parts = null;
  const isPrivate = () => Boolean(document.querySelector("#private-session")?.checked);

  const clock = (seconds) => {
    const whole = Math.floor(seconds || 0);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

  const element = (tag, props, ...children) => {
    const made = Object.assign(document.createElement(tag), props);
    made.append(...children);
    return made;
  };
  const sign = (name) => {
    const span = element("span", { className: "icon" });
    span.setAttribute("aria-hidden", "true");
    span.style.setProperty("--icon", `url(${window.overtoneAssets}icons/${name}.svg)`);
    return span;
  };

  /* The bar's parts, made when something is first played. */
  function bar() {
    const place = document.getElementById("player");
    if (parts?.place === place) return parts;
    const toggle = element("button", { type: "button", className: "player-toggle" }, sign("play"));
    const title = element("strong", {});
    const artist = element("span", {});
    const seek = element("input", { type: "range", min: 0, max: 0, step: 0.1, value: 0, className: "player-seek" });
    seek.setAttribute("aria-label", "Position");
    const time = element("span", { className: "player-time number" });
    const problem = element("span", { className: "player-problem", role: "status" });
    const close = element("button", { type: "button", className: "icon-button" }, sign("close"));
    close.setAttribute("aria-label", "Close the player");
    close.title = "Close the player";
    const line = element("div", { className: "player-line" }, element("div", { className: "player-wave" }), seek);
    place.replaceChildren(toggle, element("div", { className: "player-words" }, title, artist, problem), line, time, close);
    toggle.addEventListener("click", () => turn());
    close.addEventListener("click", () => stop());
    seek.addEventListener("input", () => {
      audio.currentTime = Number(seek.value);
      show();
    });
    parts = { place, toggle, title, artist, seek, time, problem, line, close };
    return parts;
  }

  function show() {
    if (!now) return;
    const { toggle, seek, time, line } = bar();
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    seek.max = length;
    seek.value = audio.currentTime;
    seek.setAttribute("aria-valuetext", `${clock(audio.currentTime)} of ${clock(length)}`);
    line.style.setProperty("--at", length ? `${(100 * audio.currentTime) / length}%` : "0%");
    time.textContent = length ? `${clock(audio.currentTime)} / ${clock(length)}` : "";
    toggle.setAttribute("aria-label", audio.paused ? `Play ${now.title}` : `Pause ${now.title}`);
    toggle.title = audio.paused ? "Play" : "Pause";
    toggle.firstChild.style.setProperty("--icon", `url(${window.overtoneAssets}icons/${audio.paused ? "play" : "pause"}.svg)`);
  }

  /* Buttons say what they would do now; those that a page draws later, too. */
  function mark() {
    for (const button of document.querySelectorAll("[data-play]")) {
      const playing = Boolean(now) && button.dataset.play === now.id && !audio.paused;
      if (button.dataset.playing === String(playing)) continue;
      button.dataset.name ??= button.getAttribute("aria-label");
      button.dataset.playing = String(playing);
      button.setAttribute("aria-label", playing ? `Pause ${button.dataset.title}` : button.dataset.name);
      button.title = playing ? `Pause ${button.dataset.title}` : `Play ${button.dataset.title}`;
      button.querySelector(".icon")?.style.setProperty("--icon", `url(${window.overtoneAssets}icons/${playing ? "pause" : "play"}.svg)`);
    }
  }

  /* What has sounded since the listen began is told once. */
  function tell() {
    if (!now?.began) return;
    let heard = 0;
    for (let at = 0; at < audio.played.length; at += 1) heard += audio.played.end(at) - audio.played.start(at);
    const share = Number.isFinite(audio.duration) && audio.duration > 0 ? Math.min(1, heard / audio.duration) : 0;
    const detail = {
      track_id: Number(now.id),
      heard_pct: Math.round(100 * share),
      heard_s: Math.round(10 * heard) / 10,
      began_at: now.began,
      context: now.context,
      private: now.private || isPrivate(),
    };
    now.began = null;
    if (heard > 0) document.dispatchEvent(new CustomEvent("overtone:heard", { detail }));
  }

  async function begin() {
    bar().problem.textContent = "";
    try {
      await audio.play();
    } catch (error) {
      if (error.name === "NotAllowedError") show(); /* the browser wants a click: the bar has the button */
    }
  }

  function start(button) {
    const { play: id, title, artist, start: from, context } = button.dataset;
    if (now && now.id === id && !audio.ended && now.start === from) {
      turn();
      return;
    }
    tell();
    now = { id, title, artist, context, start: from, began: null };
    const shown = bar();
    shown.place.hidden = false;
    document.documentElement.dataset.player = "open";
    shown.title.textContent = title;
    shown.artist.textContent = artist;
    shown.line.style.setProperty("--shape", `url(/clip/${id}.svg)`);
    audio.src = `/clip/${id}`;
    begin();
    show();
  }

  function turn() {
    if (!now) return;
    if (!audio.paused) {
      audio.pause();
    } else if (audio.ended || audio.error) {
      audio.load(); /* a new listen: what is played is counted anew */
      begin();
    } else {
      begin();
    }
  }

  function stop() {
    tell();
    const back = now && document.querySelector(`[data-play="${now.id}"]`);
    now = null;
    audio.pause();
    audio.removeAttribute("src");
    audio.load();
    bar().place.hidden = true;
    delete document.documentElement.dataset.player;
    mark();
    (back ?? document.getElementById("page"))?.focus({ preventScroll: true });
  }

  audio.addEventListener("play", () => {
    if (now && !now.began) {
      now.began = new Date().toISOString();
      now.private = isPrivate();
    }
    show();
    mark();
  });
  audio.addEventListener("pause", () => {
    show();
    mark();
  });
  audio.addEventListener("loadedmetadata", () => {
    if (Number(now?.start) > 0) audio.currentTime = Number(now.start);
  });
  for (const name of ["timeupdate", "loadedmetadata", "durationchange", "seeked"]) audio.addEventListener(name, show);
  audio.addEventListener("ended", tell);
  audio.addEventListener("error", async () => {
    if (!now) return;
    const failed = now.id;
    let words = "It cannot be played.";
    try {
      const answer = await fetch(`/clip/${failed}`, { headers: { Range: "bytes=0-0", Accept: "application/json" } });
      if (answer.redirected) window.location.reload(); /* the login has ended */
      if (!answer.ok) words = (await answer.json()).message ?? words;
    } catch {
      words = "Overtone does not answer.";
    }
    if (now?.id === failed) bar().problem.textContent = words;
    show();
    mark();
  });
  window.addEventListener("pagehide", tell);
  document.addEventListener("change", (event) => {
    if (now && event.target.id === "private-session" && event.target.checked) now.private = true;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-play]");
    if (button) start(button);
  });

  const ACTS = "a[href], button, summary, input, textarea, select, [contenteditable], [role=button], [role=listbox], "
    + "[role=option], [role=tab], [role=checkbox], [role=switch], [role=radio], [role=slider], [role=combobox]";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target;
    if (event.key === " ") {
      const seeking = target.closest?.(".player-seek");
      if (target.closest?.(ACTS) && !seeking) return;
      const row = target.closest?.("li, tr, article"); /* a row of a list has the focus: it is what is meant */
      const button = row?.querySelector("[data-play]");
      if (!button && !now) return;
      event.preventDefault();
      if (button && button.dataset.play !== now?.id) start(button);
      else turn();
    } else if (now && (event.key === "ArrowLeft" || event.key === "ArrowRight") && target.closest?.("#player")) {
      event.preventDefault();
      const to = audio.currentTime + (event.key === "ArrowLeft" ? -SEEK_S : SEEK_S);
      audio.currentTime = Math.max(0, Math.min(audio.duration || 0, to));
      show();
    }
  });

  /* Pages are drawn after this script ran: their buttons learn what plays. */
  let due = false;
  new MutationObserver(() => {
    if (!now || due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      mark();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
