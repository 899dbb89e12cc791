/* Sends a chosen or dropped file to /upload as it is, shows how far it got, and puts the answer's id into the address. */
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
    props: { className: "icon", style: { "--icon": "url(/assets/icons/alert.svg)" } },
  };

  const fail = (thing, reason, next) => {
    set("upload-error", { children: [alertIcon, paragraph(`${thing}: ${reason.replace(/\.?$/, ".")}`), paragraph(sentence(next))] });
    state("failed");
  };

  let request = null;

  function send(file) {
    request?.abort();
    set("upload-error", { children: [] });
    if (file.size > LIMIT) {
      fail(file.name, "it is larger than 20 MB", "Export a shorter clip or an mp3: 30 seconds are enough");
      return;
    }
    request = new XMLHttpRequest();
    const mine = request;
    state("sending");
    say(`Sending ${file.name}`, 0);
    mine.upload.addEventListener("progress", (event) => say(`Sending ${file.name}`, (90 * event.loaded) / event.total));
    mine.upload.addEventListener("load", () => {
      say(`Listening to ${file.name}`, 95);
      state("busy");
    });
    mine.addEventListener("error", () => fail(file.name, "the connection was lost while it was sent", "Drop it again"));
    mine.addEventListener("load", () => {
      const answer = mine.response ?? {};
      if (mine.status === 200) {
        say("Finding what sounds like it", 100);
        const address = new URLSearchParams(window.location.search);
        address.set("upload", answer.upload);
        set("url", { search: `?${address}` });
      } else if (mine.status === 401) {
        window.location.assign(`/login?next=${encodeURIComponent(window.location.pathname)}`);
      } else if (answer.reason) {
        fail(answer.thing, answer.reason, answer.next_step);
      } else {
        fail(file.name, answer.message ?? "it was not taken", "Reload the page and drop it again");
      }
    });
    mine.open("POST", `/upload?name=${encodeURIComponent(file.name)}`);
    mine.responseType = "json";
    mine.setRequestHeader("Content-Type", "application/octet-stream");
    mine.setRequestHeader("X-CSRFToken", /(?:^|; )_csrf_token=([^;]*)/.exec(document.cookie)?.[1] ?? "");
    mine.send(file);
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
