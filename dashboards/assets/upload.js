/* Sends a chosen or dropped file to /upload as it is, shows each stage as the server names it, and puts the answer's id
   into the address. */
(() => {
  const LIMIT = 20 * 1024 * 1024;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const say = (words, percent) => {
    set("upload-words", { children: words });
    set("upload-bar", { value: percent });
  };
  const state = (name) => set("upload-state", { "data-state": name });
  const paragraph = (children) => ({ namespace: "dash_html_components", type: "P", props: { children } });
  const sentence = (text) => (text ? text[0].toUpperCase() + text.slice(1).replace(/\.?$/, ".") : "");
  const alertIcon = {
    namespace: "dash_html_components",
    type: "Span",
    props: { className: "icon", style: { "--icon": `url(${window.overtoneAssets}icons/alert.svg)` } },
  };

  const fail = (thing, reason, next) => {
    set("upload-error", { children: [alertIcon, paragraph(`${thing}: ${reason.replace(/\.?$/, ".")}`), paragraph(sentence(next))] });
    state("failed");
  };

  const STAGES = {
    waiting: ["Waiting for its turn", 60],
    decoding: ["Decoding", 70],
    describing: ["Listening to", 80],
    comparing: ["Finding what sounds like", 95],
  };
  const csrf = () => /(?:^|; )_csrf_token=([^;]*)/.exec(document.cookie)?.[1] ?? "";
  const stage = (name) => set("upload-state", { "data-stage": name });

  let sending = null; /* {request, id}: what is being sent, and under which id it is known once it was taken */

  function cancel() {
    const mine = sending;
    sending = null;
    mine?.request.abort();
    if (mine?.id) fetch(`/upload/${mine.id}`, { method: "DELETE", headers: { "X-CSRFToken": csrf() } });
  }

  /* What an answer says so far: one JSON object a line. */
  function follow(mine, name, answer) {
    if (answer.upload) mine.id = answer.upload;
    if (answer.stage === "failed") {
      fail(answer.thing, answer.reason, answer.next_step);
      sending = null;
    } else if (answer.stage in STAGES) {
      const [words, percent] = STAGES[answer.stage];
      say(`${words} ${name}`, percent);
      stage(answer.stage);
      state("busy");
    }
    if (answer.stage === "comparing") arrive(mine);
  }

  /* The song can be compared: the page asks about it, and about nothing that was asked of another song. */
  function arrive(mine) {
    sending = null;
    const address = new URLSearchParams(window.location.search);
    for (const old of ["from", "to", "like", "with"]) address.delete(old);
    address.set("upload", mine.id);
    set("url", { search: `?${address}` });
  }

  function send(file) {
    cancel();
    set("upload-error", { children: [] });
    if (file.size > LIMIT) {
      fail(file.name, "it is larger than 20 MB", "Export a shorter clip or an mp3: 30 seconds are enough");
      return;
    }
    const request = new XMLHttpRequest();
    const mine = { request, id: null };
    let read = 0;
    sending = mine;
    state("sending");
    stage("sending");
    say(`Sending ${file.name}`, 0);
    request.upload.addEventListener("progress", (event) => {
      if (sending === mine) say(`Sending ${file.name}`, (55 * event.loaded) / event.total);
    });
    const lines = () => {
      if (sending !== mine || request.status !== 200) return;
      const whole = request.responseText.lastIndexOf("\n") + 1;
      for (const line of request.responseText.slice(read, whole).split("\n")) {
        if (line && sending === mine) follow(mine, file.name, JSON.parse(line));
      }
      read = whole;
    };
    request.addEventListener("progress", lines);
    request.addEventListener("error", () => {
      if (sending === mine) fail(file.name, "the connection was lost while it was sent", "Drop it again");
    });
    request.addEventListener("load", () => {
      lines();
      if (sending !== mine) return;
      sending = null;
      if (request.status === 401) {
        window.location.assign(`/login?next=${encodeURIComponent(window.location.pathname)}`);
        return;
      }
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        /* not from our server */
      }
      if (answer.reason) fail(answer.thing, answer.reason, answer.next_step);
      else fail(file.name, answer.message ?? "it was not taken", "Reload the page and drop it again");
    });
    request.open("POST", `/upload?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Accept", "application/x-ndjson");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", csrf());
    request.send(file);
  }

  const picker = document.createElement("input");
  Object.assign(picker, { type: "file", accept: ".mp3,.wav,audio/mpeg,audio/wav", id: "upload-file", hidden: true });
  picker.addEventListener("change", () => {
    if (picker.files.length) send(picker.files[0]);
    picker.value = "";
  });
  document.body.append(picker);

  const area = () => document.getElementById("drop-area");
  const carriesFile = (event) => area() && event.dataTransfer?.types.includes("Files");
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#drop-area")) picker.click();
    if (event.target.closest?.("#upload-cancel")) {
      cancel();
      state("idle");
      document.getElementById("drop-area")?.focus();
    }
  });
  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    area().classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) area()?.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    area().classList.remove("is-over");
    if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });
})();
