// What every page does beyond its forms and links. Each part works alone; without this file everything still works.
"use strict";

const root = document.documentElement;
const remembered = (key, value) => {
  try {
    if (value !== undefined) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden; then nothing is remembered
  }
};

// Density and narrow navigation, remembered in this browser.
if (remembered("maru.density")) root.dataset.density = remembered("maru.density");
if (remembered("maru.nav")) root.dataset.nav = remembered("maru.nav");
for (const toggle of document.querySelectorAll("[data-density-toggle], [data-nav-toggle]")) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    if ("navToggle" in toggle.dataset) {
      root.dataset.nav = remembered("maru.nav", root.dataset.nav === "narrow" ? "wide" : "narrow") || "wide";
    } else {
      root.dataset.density = remembered("maru.density", root.dataset.density === "compact" ? "comfortable" : "compact") || "compact";
    }
  });
}

// A whole row opens its link; text selection and real controls keep their own meaning.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, select, label, summary") || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank");
  else row.querySelector(`a[href="${CSS.escape(row.dataset.href)}"]`)?.click() ?? (location.href = row.dataset.href);
});

// "/" goes to the search box; Escape closes the phone menu.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector('.search input, input[type="search"]');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
  if (event.key === "Escape") document.querySelector(".phone-menu[open]")?.removeAttribute("open");
});

// A form is sent once, however often it is clicked; a download leaves the page standing, so it is freed again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.dataset.clean = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// What was typed into form[data-draft] stays in this browser until the form was sent.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = `maru.draft.${form.dataset.draft}`;
  const fields = () => [...form.elements].filter((field) => field.name && !["file", "password", "hidden", "submit"].includes(field.type));
  const kept = JSON.parse(remembered(key) || "null");
  const isFresh = !form.querySelector('[aria-invalid="true"]');
  if (kept && isFresh) {
    for (const field of fields()) {
      if (!(field.name in kept)) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = kept[field.name].includes(field.value);
      else field.value = kept[field.name][0];
    }
  }
  form.addEventListener("input", () => {
    const values = {};
    for (const field of fields()) {
      values[field.name] ??= [];
      if (!["checkbox", "radio"].includes(field.type) || field.checked) values[field.name].push(field.value);
    }
    remembered(key, JSON.stringify(values));
  });
  form.addEventListener("submit", () => {
    try {
      localStorage.removeItem(key);
    } catch {
      // nothing was kept
    }
  });
}

// form[data-guard] asks before unsaved changes are left behind.
for (const form of document.querySelectorAll("form[data-guard]")) {
  form.addEventListener("input", () => delete form.dataset.clean);
  form.addEventListener("input", () => (form.dataset.changed = "yes"), { once: true });
  addEventListener("beforeunload", (event) => {
    if (form.dataset.changed && !form.dataset.clean) event.preventDefault();
  });
}

// The session warns five minutes before it ends, and can be kept.
const dialog = document.querySelector("[data-session-dialog]");
if (dialog && document.body.dataset.sessionEnds) {
  let endsAt = Date.parse(document.body.dataset.sessionEnds);
  setInterval(() => {
    if (endsAt - Date.now() < 5 * 60_000 && !dialog.open) dialog.showModal();
  }, 15_000);
  dialog.querySelector("[data-session-stay]").addEventListener("click", async () => {
    const answer = await fetch("/me/stay", { method: "POST", headers: { accept: "application/json" } });
    if (answer.ok) {
      endsAt = Date.parse((await answer.json()).ends_at);
      dialog.close();
    } else {
      location.reload();
    }
  });
}

// After a refused form the first wrong field has the focus, wherever the browser put it.
document.querySelector('[aria-invalid="true"]')?.focus();
