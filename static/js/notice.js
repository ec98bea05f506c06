// A request of htmx that failed says so in words; without this the page would simply stand still.
(() => {
  const say = (key) => {
    const area = document.getElementById("messages");
    const source = document.querySelector(`template[data-notice="${key}"]`);
    if (!area || !source || area.querySelector(`[data-said="${key}"]`)) return;
    const notice = source.content.firstElementChild.cloneNode(true);
    notice.dataset.said = key;
    area.append(notice);
    notice.scrollIntoView({ block: "nearest" });
  };
  const clear = () => document.querySelectorAll("#messages [data-said]").forEach((notice) => notice.remove());
  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:timeout", () => say("offline"));
  document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status === 429 ? "slow" : "failed"));
  document.addEventListener("htmx:afterOnLoad", clear);
  // allauth tells so when a passkey was refused or the person closed the browser's question.
  document.addEventListener("allauth.error", () => say("passkey"));
})();
