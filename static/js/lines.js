// The lines of a document: add, remove, move and walk rows of a Django formset. Saves nothing; the server counts.
(() => {
  const FIELDS = "input, select, textarea, output";
  const editor = (node) => node.closest("[data-lines]");
  const rows = (box) => [...box.querySelectorAll("[data-line]")];
  const shown = (box) => rows(box).filter((row) => !row.hidden);
  const part = (box, row, name) => row.querySelector(`[name$="-${name}"]`);
  const cells = (row) => [...row.querySelectorAll("td:not(.line-tools) :is(input, select, textarea):not([type=hidden])")];

  const number = (node, prefix, index) => {
    const pattern = new RegExp(`\\b${prefix}-(\\d+|__prefix__)-`, "g");
    for (const item of [node, ...node.querySelectorAll("*")]) {
      for (const name of ["id", "name", "for", "aria-describedby", "aria-labelledby", "headers", "form"]) {
        if (item.hasAttribute?.(name)) item.setAttribute(name, item.getAttribute(name).replace(pattern, `${prefix}-${index}-`));
      }
    }
  };

  // Saved rows keep their index (Django reads forms 0…INITIAL_FORMS-1 as existing ones); only the order field changes.
  const settle = (box) => {
    shown(box).forEach((row, place) => {
      const order = part(box, row, "ORDER");
      if (order) order.value = place + 1;
      row.querySelector("[data-line-number]")?.replaceChildren(String(place + 1));
      const [up, down] = ["up", "down"].map((way) => row.querySelector(`[data-line-${way}]`));
      if (up) up.disabled = place === 0;
      if (down) down.disabled = place === shown(box).length - 1;
    });
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const total = (box) => document.querySelector(`[name="${box.dataset.lines}-TOTAL_FORMS"]`);
  const maximum = (box) => Number(document.querySelector(`[name="${box.dataset.lines}-MAX_NUM_FORMS"]`)?.value || 1000);

  const add = (box, after) => {
    const count = total(box);
    if (Number(count.value) >= maximum(box)) return null;
    const row = box.querySelector("template[data-line-template]").content.firstElementChild.cloneNode(true);
    number(row, box.dataset.lines, count.value);
    count.value = Number(count.value) + 1;
    if (after) after.after(row);
    else box.querySelector("[data-lines-body]").append(row);
    window.htmx?.process(row);
    settle(box);
    return row;
  };

  const errorsOf = (row) => (row.nextElementSibling?.matches("[data-line-errors]") ? row.nextElementSibling : null);

  const remove = (box, row) => {
    const near = row.nextElementSibling?.closest("[data-line]:not([hidden])") || shown(box)[shown(box).indexOf(row) - 1];
    const gone = part(box, row, "DELETE");
    errorsOf(row)?.remove();
    row.hidden = true;
    if (gone) gone.checked = true;
    if (!shown(box).length) add(box);
    settle(box);
    cells(near && !near.hidden ? near : shown(box)[0])[0]?.focus();
  };

  const move = (box, row, by) => {
    const other = shown(box)[shown(box).indexOf(row) + by];
    if (!other || !row.querySelector("[data-line-up]")) return;
    const focused = document.activeElement;
    const errors = errorsOf(row);
    if (by < 0) other.before(row);
    else (errorsOf(other) || other).after(row);
    if (errors) row.after(errors);
    settle(box);
    if (row.contains(focused)) focused.focus();
  };

  const below = (box, row, field, by) => {
    const column = cells(row).indexOf(field);
    const next = shown(box)[shown(box).indexOf(row) + by];
    const made = !next && by > 0 ? add(box, errorsOf(row) || row) : null;
    const target = made ? cells(made)[0] : next && cells(next)[column];
    target?.focus();
    if (target?.select && target.type !== "checkbox") target.select();
  };

  document.addEventListener("click", (event) => {
    const box = editor(event.target);
    if (!box) return;
    const row = event.target.closest("[data-line]");
    if (event.target.closest("[data-lines-add]")) {
      event.preventDefault();
      const made = add(box);
      if (made) cells(made)[0].focus();
    } else if (row && event.target.closest("[data-line-remove]")) remove(box, row);
    else if (row && event.target.closest("[data-line-up]")) move(box, row, -1);
    else if (row && event.target.closest("[data-line-down]")) move(box, row, 1);
  });

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-line]");
    const box = row && editor(row);
    if (!box || event.isComposing || event.ctrlKey || event.metaKey) return;
    const field = event.target.matches(FIELDS) && event.target.type !== "submit";
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(box, row, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Enter" && field && !event.altKey && !(event.shiftKey && event.target.tagName === "TEXTAREA")) {
      // Otherwise Enter would submit the whole document from the middle of a line.
      event.preventDefault();
      below(box, row, event.target, event.shiftKey ? -1 : 1);
    }
  });
})();
