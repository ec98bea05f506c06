// The preview of a mail follows what is typed: when a field is left, the form is sent into the frame beside it.
(() => {
  for (const form of document.querySelectorAll("form[data-preview]")) {
    const button = form.querySelector("button[formtarget]");
    form.addEventListener("change", (event) => {
      if (button && event.target.name) form.requestSubmit(button);
    });
  }
})();
