// What every page does beyond its forms and links. Each part works alone; without this file everything still works.
"use strict";
{
const root = document.documentElement;
const viewer = document.body.dataset.viewer || "";
const remembered = (key, value) => {
  try {
    if (value === null) localStorage.removeItem(key);
    else if (value !== undefined) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden; then nothing is remembered
  }
};
const isTyping = (place) => place.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=grid]");

// Density and narrow navigation, remembered in this browser.
for (const toggle of document.querySelectorAll("[data-density-toggle], [data-nav-toggle]")) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    if ("navToggle" in toggle.dataset) {
      root.dataset.nav = root.dataset.nav === "narrow" ? "wide" : "narrow";
      remembered("maru.nav", root.dataset.nav);
    } else {
      root.dataset.density = root.dataset.density === "comfortable" ? "compact" : "comfortable";
      remembered("maru.density", root.dataset.density);
    }
  });
}
// A density saved in the settings replaces the one this browser remembers.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-forgets-density]")) remembered("maru.density", null);
});

// A whole row opens its link; text selection and real controls keep their own meaning.
const openRow = (event) => {
  const row = event.target.closest?.("tr[data-href]");
  if (!row || event.defaultPrevented || event.target.closest("a, button, input, select, textarea, label, summary")) return;
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey || event.button === 1) return void open(row.dataset.href, "_blank");
  const link = [...row.querySelectorAll("a[href]")].find((each) => each.getAttribute("href") === row.dataset.href);
  if (link) link.click();
  else location.assign(row.dataset.href);
};
document.addEventListener("click", openRow);
document.addEventListener("auxclick", (event) => event.button === 1 && openRow(event));

// A table that fits keeps its heading below the top bar; one that does not can be scrolled by keyboard too.
const measure = (wrap) => {
  wrap.removeAttribute("data-fits");
  wrap.removeAttribute("data-scrolls");
  const scrolls = wrap.scrollWidth > wrap.clientWidth + 1;
  wrap.toggleAttribute(scrolls ? "data-scrolls" : "data-fits", true);
  if (scrolls) wrap.tabIndex = 0;
  else wrap.removeAttribute("tabindex");
  // The heading above the cells that stay in sight: those that name the row, else the first ones.
  const heading = wrap.querySelectorAll("thead tr").length === 1 ? [...wrap.querySelectorAll("thead th")] : [];
  const named = wrap.querySelector('tbody th[scope="row"]');
  heading[named ? named.cellIndex : 0]?.toggleAttribute("data-pinned", true);
};
const widths = new WeakMap();
const watcher = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const wrap = target.closest(".table-wrap");
    if (wrap && widths.get(target) !== contentRect.width) measure(wrap);
    widths.set(target, contentRect.width);
  }
});
const watchTables = () => {
  for (const wrap of document.querySelectorAll(".table-wrap")) {
    measure(wrap);
    for (const each of [wrap, ...wrap.children]) watcher.observe(each); // the font comes, something in it is opened
  }
};
watchTables();
document.addEventListener("htmx:after:swap", watchTables);

// Keys: "/" goes to the search box, "?" lists the keys, Escape closes the menu of a phone.
const help = document.querySelector("[data-help-dialog]");
for (const opener of document.querySelectorAll("[data-help-open]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  const search = document.querySelector('.search input, input[type="search"]');
  if (event.key === "/" && search?.checkVisibility()) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "?" && help && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    help.showModal();
  }
});

// A form is sent once, however often it is clicked; a download leaves the page standing, so it is freed again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  delete form.dataset.changed;
  setTimeout(() => delete form.dataset.sent, 4000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// form[data-guard] asks before unsaved changes are left behind.
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form) form.dataset.changed = "yes";
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed]")) event.preventDefault();
});

// What was typed into form[data-draft] stays in this browser, for this person, until the server says in a cookie that
// it has taken it: a session that ended, a file too large or a function switched off lose nothing.
const draftKey = (form) => `maru.draft.${viewer}.${form.dataset.draft}`;
const draftFields = (form) =>
  [...form.elements].filter((each) => each.name && !["file", "password", "hidden", "submit", "button"].includes(each.type));
const isTicked = (each) => each.type === "checkbox" || each.type === "radio";
const keepDraft = (form) => {
  const values = {};
  for (const each of draftFields(form)) {
    values[each.name] ??= [];
    if (each.type === "select-multiple") values[each.name].push(...[...each.selectedOptions].map((option) => option.value));
    else if (!isTicked(each) || each.checked) values[each.name].push(each.value);
  }
  remembered(draftKey(form), JSON.stringify(values));
};
const fillDraft = (form, kept) => {
  let changed = false;
  const places = {};
  for (const each of draftFields(form)) {
    const values = kept[each.name];
    if (!values) continue;
    const before = isTicked(each) ? each.checked : each.value;
    if (isTicked(each)) each.checked = values.includes(each.value);
    else if (each.type === "select-multiple") for (const option of each.options) option.selected = values.includes(option.value);
    else each.value = values[(places[each.name] = (places[each.name] ?? -1) + 1)] ?? each.value;
    changed ||= before !== (isTicked(each) ? each.checked : each.value);
  }
  return changed;
};
const dropTaken = () => {
  const taken = document.cookie.match(/(?:^|; )maru_draft=([^;]*)/)?.[1];
  if (!taken || !viewer) return;
  // Behind the "#" is the version that was changed: after a conflict an older copy of the same form may lie there too.
  const base = (key) => key.split("#")[0];
  const form = base(`maru.draft.${viewer}.${decodeURIComponent(taken)}`);
  try {
    for (const key of Object.keys(localStorage)) if (base(key) === form) remembered(key, null);
  } catch {
    // storage may be forbidden; then there is no draft
  }
  document.cookie = "maru_draft=; path=/; max-age=0; samesite=lax";
};
dropTaken();
document.addEventListener("htmx:after:swap", dropTaken);
for (const form of document.querySelectorAll("form[data-draft]")) {
  const kept = JSON.parse(remembered(draftKey(form)) || "null");
  if (kept && !form.querySelector('[aria-invalid="true"]') && fillDraft(form, kept)) {
    const note = document.querySelector("template[data-draft-note]").content.cloneNode(true);
    note.querySelector("[data-draft-drop]").addEventListener("click", () => {
      remembered(draftKey(form), null);
      delete form.dataset.changed;
      form.reset();
      form.querySelector(".notice").remove();
    });
    form.prepend(note);
  }
  form.addEventListener("input", () => keepDraft(form));
  form.addEventListener("formdata", (event) => event.formData.set("maru_draft", form.dataset.draft));
}

// The session warns five minutes before it ends, and can be kept; another window may have kept it already.
const session = document.querySelector("[data-session-dialog]");
if (session && document.body.dataset.sessionEnds) {
  const sessionKey = `maru.session.${viewer}`;
  remembered(sessionKey, document.body.dataset.sessionEnds);
  const isNear = () => Date.parse(remembered(sessionKey) || document.body.dataset.sessionEnds) - Date.now() < 5 * 60_000;
  const look = () => {
    if (isNear() && !session.open) session.showModal();
    else if (!isNear() && session.open) session.close();
  };
  setInterval(look, 15_000);
  session.querySelector("[data-session-stay]").addEventListener("click", async () => {
    try {
      const answer = await fetch("/session/stay", { method: "POST", headers: { accept: "application/json" }, redirect: "error" });
      document.body.dataset.sessionEnds = (await answer.json()).ends_at;
      remembered(sessionKey, document.body.dataset.sessionEnds);
      session.close();
    } catch {
      location.reload(); // over already: the login page says so, and drafts are kept
    }
  });
}

// An answer that is a whole page does not belong into a part of one: go there, or say what it says.
const trouble = document.querySelector("[data-trouble-dialog]");
const say = (title, text) => {
  if (!trouble || trouble.open) return;
  if (title) trouble.querySelector("h2").textContent = title;
  trouble.querySelector("[data-trouble-text]").textContent = text;
  trouble.showModal();
};
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!/^\s*(<!--[^]*?-->\s*)*<!doctype html/i.test(ctx.text || "") || ctx.select || ctx.target === document.body) return;
  event.preventDefault();
  if (ctx.response.status < 400) return void location.assign(ctx.response.raw.url);
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  const said = [...page.querySelectorAll(".error-page p:not(.status, :has(a)), main [role=alert], main .field .error")].map((each) => each.textContent.trim());
  say(page.querySelector("h1")?.textContent, said.filter(Boolean).join(" "));
});
document.addEventListener("htmx:error", () => say("", trouble?.querySelector("[data-trouble-text]").dataset.offline || ""));

// A file field shows that it takes what is dragged over it.
for (const kind of ["dragenter", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => event.target.closest?.(".upload")?.classList.toggle("is-over", kind === "dragenter"));
}

// After a refused form the first wrong field has the focus, wherever the browser put it.
const focusWrong = () => document.querySelector('main [aria-invalid="true"]')?.focus();
focusWrong();
document.addEventListener("htmx:after:swap", focusWrong);
}
