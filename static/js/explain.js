// How an amount came about opens in a dialog over the page; without this script each amount leads to a page of its own.
(() => {
  const dialog = document.getElementById("explain");
  const steps = dialog?.querySelector("[data-steps]");
  if (!steps || !window.htmx) return;
  let asked = "";
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.why");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    asked = link.href;
    htmx.ajax("GET", asked, { target: steps, swap: "innerHTML" });
  });
  steps.addEventListener("htmx:afterSwap", () => { if (!dialog.open) dialog.showModal(); steps.scrollTop = 0; });
  for (const failed of ["htmx:responseError", "htmx:sendError"]) {
    steps.addEventListener(failed, () => { if (asked) location.assign(asked); });
  }
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
})();
