/* What a listener heard goes to /listens, once, and the lists of the page ask again. What is sent twice counts once. */
(() => {
  const CARDS = ["discover-list", "discover-genres", "discover-weeks", "discover-weekly"];
  const AGAIN_MS = [1000, 4000, 15000];
  const isListener = () => document.querySelector('#nav a[href="/discover"]');

  const id = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  async function send(listen, attempt = 0) {
    let answer = null;
    try {
      answer = await fetch("/listens", {
        method: "POST",
        keepalive: true /* it goes out even when the page is left */,
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": /(?:^|; )_csrf_token=([^;]*)/.exec(document.cookie)?.[1] ?? "",
        },
        body: JSON.stringify({ ...listen, sent_at: new Date().toISOString() }) /* how long ago: clocks differ */,
      });
    } catch {
      /* no answer: below */
    }
    if (answer === null || answer.status >= 500 || answer.status === 429) {
      if (attempt < AGAIN_MS.length) setTimeout(() => send(listen, attempt + 1), AGAIN_MS[attempt]);
      return;
    }
    if (!answer.ok || !(await answer.json()).counted) return;
    for (const card of CARDS) {
      if (document.getElementById(card)) window.dash_clientside.set_props(`${card}-again`, { data: listen.listen_id });
    }
  }

  document.addEventListener("overtone:heard", (event) => {
    const { track_id, heard_pct, began_at, context, private: isPrivate } = event.detail;
    if (!isListener() || isPrivate || context === "private") return;
    send({ listen_id: id(), track_id, heard_pct, began_at });
  });
})();
