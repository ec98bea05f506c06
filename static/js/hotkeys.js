// data-hotkey="/" focuses a field, anything else is clicked; "g d" is a sequence. j and k walk the rows of a list.
// WCAG 2.1.4: single keys can be switched off in the dialog; they never fire while someone types.
(() => {
  const STORE = "single-keys";
  const dialog = document.getElementById("keys");
  const off = () => { try { return localStorage.getItem(STORE) === "off"; } catch { return false; } };
  const visible = (node) => node.checkVisibility();
  const typing = (node) => node.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName);
  const targets = () => [...document.querySelectorAll("[data-hotkey]")].filter(visible);

  const fire = (node) => {
    if (!typing(node)) return node.click();
    node.focus();
    if (node.select) node.select();
  };

  const walk = (by) => {
    const rows = [...document.querySelectorAll("[data-rows] tbody tr, ul[data-rows] > li")].map((row) => row.querySelector("a, button")).filter(Boolean);
    if (!rows.length) return;
    const at = rows.findIndex((link) => link.closest("tr, li").contains(document.activeElement));
    rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))].focus();
  };

  const show = () => {
    if (!dialog || dialog.open) return;
    const list = dialog.querySelector("[data-keys-list]");
    list.querySelectorAll("[data-found]").forEach((row) => row.remove());
    for (const node of targets()) {
      const row = document.createElement("div");
      const name = document.createElement("dt");
      const keys = document.createElement("dd");
      row.dataset.found = "";
      name.textContent = node.dataset.hotkeyLabel || node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent;
      for (const key of node.dataset.hotkey.split(" ")) {
        const cap = document.createElement("kbd");
        cap.textContent = key;
        keys.append(cap, " ");
      }
      row.append(name, keys);
      list.append(row);
    }
    dialog.querySelector("[data-keys-on]").checked = !off();
    dialog.showModal();
  };

  let before = "";
  let timer = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open || typing(event.target) || off()) return;
    const keys = before ? `${before} ${event.key}` : event.key;
    const node = targets().find((one) => one.dataset.hotkey === keys);
    clearTimeout(timer);
    before = "";
    if (node) fire(node);
    else if (keys === "?") show();
    else if (keys === "j") walk(1);
    else if (keys === "k") walk(-1);
    else {
      if (targets().some((one) => one.dataset.hotkey.startsWith(`${event.key} `))) {
        before = event.key;
        timer = setTimeout(() => { before = ""; }, 1200);
      }
      return;
    }
    event.preventDefault();
  });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-open]")) show(); });
  dialog?.querySelector("[data-keys-on]").addEventListener("change", (event) => {
    try { localStorage.setItem(STORE, event.target.checked ? "on" : "off"); } catch { /* a browser without storage keeps the default */ }
  });
})();
