// Shows the preview anew after each change; without this, the button does.
(() => {
  const form = document.querySelector("#layout");
  const show = document.querySelector("#show");
  form.addEventListener("change", () => form.requestSubmit(show));
  form.requestSubmit(show);
})();
