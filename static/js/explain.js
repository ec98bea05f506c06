// How an amount came about opens in a dialog over the page; without this script an amount leads to a page of its own,
// in the editor to the same page with the steps on top.
(() => {
  const dialog = document.getElementById("explain");
  const steps = dialog?.querySelector("[data-steps]");
  if (!steps || !window.htmx) return;
  let otherwise = () => {};
  const ask = (verb, url, context, instead) => {
    otherwise = instead;
    htmx.ajax(verb, url, { target: steps, swap: "innerHTML", ...context });
  };
  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.(".why");
    if (!asked || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const form = asked.closest("form[data-explain]") || document.querySelector("form[data-explain]");
    if (asked.href) return ask("GET", asked.href, {}, () => location.assign(asked.href));
    const values = Object.fromEntries([["act", asked.value]]);
    ask("POST", form.dataset.explain, { source: form, values }, () => form.requestSubmit(asked));
  });
  steps.addEventListener("htmx:afterSwap", () => {
    if (!dialog.open) dialog.showModal();
    steps.scrollTop = 0;
  });
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.target === steps) otherwise(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
})();
