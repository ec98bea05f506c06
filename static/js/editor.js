// The rows of the document editor: add, remove, move and walk them; fill them from products; show what the server
// counted. Everything is delegated, so five hundred lines cost no more than five. The server counts and stores.
(() => {
  const form = document.getElementById("editor");
  if (!form) return;
  const list = (name) => form.querySelector(`[data-rows-of="${name}"]`);
  const rowOf = (node) => node.closest("[data-row]");
  const keyOf = (row) => row.querySelector("input[type=hidden]").value;
  const cells = (row) => [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((cell) => cell.checkVisibility());
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));
  const ajax = (...args) => window.htmx?.ajax(...args);

  // New rows are numbered from the highest number in the page as it came: a key is never given out twice, so a row
  // that was removed can come back.
  const counters = new Map([...form.querySelectorAll("[data-rows-of]")].map((rows) => {
    const used = [...rows.children].map(keyOf).filter((key) => key[0] === "n").map((key) => Number(key.slice(1)));
    return [rows.dataset.rowsOf, Math.max(0, ...used)];
  }));
  const nextKey = (name) => {
    counters.set(name, counters.get(name) + 1);
    return `n${counters.get(name)}`;
  };

  const stamped = (selector, key) => {
    const holder = document.createElement("template");
    holder.innerHTML = form.querySelector(selector).innerHTML.replaceAll("__key__", key);
    return holder.content.firstElementChild;
  };

  const add = (name, after) => {
    const row = stamped(`template[data-blank="${name}"]`, nextKey(name));
    const last = list(name).lastElementChild;
    const tax = row.querySelector("[name$='-tax']");
    if (tax && last) tax.value = last.querySelector("[name$='-tax']").value;
    if (after) after.after(row);
    else list(name).append(row);
    return row;
  };

  let removed = null;
  const undo = form.querySelector("[data-undo]");
  const remove = (row) => {
    const near = row.nextElementSibling || row.previousElementSibling;
    const place = row.parentElement;
    removed = { row, place, before: row.nextElementSibling };
    row.remove();
    if (!place.children.length && place.dataset.rowsOf === "lines") add("lines");
    undo.hidden = place.dataset.rowsOf !== "lines";
    cells(near?.isConnected ? near : place.firstElementChild || place.parentElement)[0]?.focus();
    changed();
  };
  const restore = () => {
    const { row, place, before } = removed;
    place.insertBefore(row, before?.isConnected ? before : null);
    undo.hidden = true;
    cells(row)[0].focus();
    changed();
  };

  const move = (row, up) => {
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    const focused = document.activeElement;
    if (up) other.before(row);
    else other.after(row);
    focused.focus();
    row.scrollIntoView({ block: "nearest" });
    changed();
  };

  // Down a column as in a spreadsheet; below the last line a new one opens at its first field.
  const walk = (row, cell, up) => {
    const name = cell.name.slice(cell.name.lastIndexOf("-"));
    const next = up ? row.previousElementSibling : row.nextElementSibling;
    if (!next && up) return;
    const target = next ? next.querySelector(`[name$="${name}"]`) || cells(next)[0] : cells(add("lines"))[1];
    target.focus();
    if (target.select) target.select();
    if (!next) changed();
  };

  const toggle = (button) => {
    const row = rowOf(button);
    let more = row.querySelector("[data-more-fields]");
    const open = button.getAttribute("aria-expanded") !== "true";
    if (!more) {
      more = stamped("template[data-blank-more]", keyOf(row));
      row.querySelector(".c-tools").after(more);
    }
    more.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) cells(more)[0].focus();
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const row = rowOf(button);
    if (button.dataset.add) {
      const rows = Array.from({ length: Number(button.dataset.count || 1) }, () => add(button.dataset.add));
      cells(rows[0])[1].focus();
    } else if (button.closest("[data-undo]")) restore();
    else if (!row) return;
    else if ("remove" in button.dataset) remove(row);
    else if ("up" in button.dataset) move(row, true);
    else if ("down" in button.dataset) move(row, false);
    else if ("more" in button.dataset) toggle(button);
    event.preventDefault();
  });

  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const row = rowOf(event.target);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-save]"));
    } else if (row && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(row, event.key === "ArrowUp");
    } else if (row && event.altKey && event.key === "Delete") {
      event.preventDefault();
      remove(row);
    } else if (row && event.key === "Enter" && !event.altKey && event.target.matches("input, select, textarea")) {
      if (event.shiftKey && event.target.tagName === "TEXTAREA") return;
      // Otherwise Enter would save the whole document from the middle of a line.
      event.preventDefault();
      if (row.parentElement.dataset.rowsOf === "lines") walk(row, event.target, event.shiftKey);
    }
  });

  // Suggestions: the lists in the page are only the first few.
  let asking = 0;
  form.addEventListener("input", (event) => {
    const field = event.target;
    const what = field.id === "id_client" ? "clients" : "product" in (field.dataset || {}) ? "products" : "";
    if (!what || !event.isTrusted || event.inputType === "insertReplacementText") return;
    clearTimeout(asking);
    asking = setTimeout(() => ajax("GET", form.dataset[what === "clients" ? "suggestClients" : "suggestProducts"], { target: `#${what}`, swap: "innerHTML", values: { q: field.value } }), 200);
  });

  let here = null;
  form.addEventListener("focusin", (event) => { here = event.target; });

  // What was typed while the server wrote the line is newer than its answer; the cursor stays with whoever is typing.
  const settle = (before, sent, made) => {
    for (const cell of made.querySelectorAll("[name^='lines-']")) {
      const old = before.querySelector(`[name="${cell.name}"]`);
      if (old && old.value !== sent[cell.name]) cell.value = old.value;
    }
    if (!before.contains(here)) return;
    const same = made.querySelector(`[name="${here.name}"]`);
    if (!same || /-(sku|description)$/.test(here.name)) return made.querySelector("[name$='-quantity']").select();
    const [start, end] = [here.selectionStart, here.selectionEnd];
    same.focus();
    if (start !== null && same.setSelectionRange) same.setSelectionRange(start, end);
  };

  // A product chosen: the server writes the line, quantity and discount stay.
  form.addEventListener("change", (event) => {
    const field = event.target;
    if (!("product" in (field.dataset || {})) || !field.value) return;
    const row = rowOf(field);
    const key = keyOf(row);
    const values = { currency: form.elements.currency.value, client: form.elements.client.value, lines: key };
    for (const cell of row.querySelectorAll("[name^='lines-']")) values[cell.name] ??= cell.value;
    ajax("POST", form.dataset.line, { target: row, swap: "outerHTML", values }).then(() => {
      const made = form.querySelector(`[name="lines-${key}-sku"]`)?.closest("[data-row]");
      if (made && made !== row) settle(row, values, made);
      changed();
    });
  });

  // A client's terms never push aside what somebody is just typing there.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = event.detail;
    if (target.id === "terms" && target.contains(document.activeElement)) event.detail.shouldSwap = false;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "terms" || event.detail.target?.id === "terms") changed();
    const totals = document.getElementById("totals");
    if (!totals) return;
    const amounts = JSON.parse(totals.dataset.amounts || "{}");
    for (const output of form.querySelectorAll("[data-amount]")) {
      const text = amounts[output.dataset.amount] || "";
      if (output.textContent !== text) output.textContent = text;
    }
    const total = totals.querySelector("[data-total]");
    form.querySelector("[data-bar-total]").textContent = total ? total.textContent : "–";
  });

  // Leaving with something unsaved asks first.
  let dirty = form.querySelector("[name=conflict], .error-summary") !== null;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  form.querySelector("[data-leave]").addEventListener("click", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
