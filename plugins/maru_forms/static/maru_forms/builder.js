// The builder beyond its buttons: what is typed is kept by itself, names go into a formula, fields can be dragged.
// Without this file everything still works: each button of the page keeps the panel.
"use strict";
{
const steps = () => document.querySelector("form[data-builder]");
let timer;
let unkept = null;
let lifted = null;
const tell = (text) => { document.querySelector("[data-saved]").textContent = text; };

// Keep the panel in the background. What is typed stays as it is, and so does the cursor; what follows from it (the
// canvas, the head with its count, the trial of a formula) is taken from the answer. A refusal is said in its own words.
const keep = async (form) => {
  clearTimeout(timer);
  unkept = null;
  const sent = new FormData(form);
  if (!sent.has("field")) return;
  sent.set("then", "keep");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent), headers: { "hx-request-type": "partial" }, keepalive: true });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!form.isConnected || unkept) return;
    const other = page.querySelector("form[data-builder]");
    if (!other?.elements.seen || ![200, 409, 422].includes(answer.status)) tell(form.dataset.failed);
    else if (answer.ok) take(form, page, other);
    else refuse(form, page);
  } catch {
    unkept = form; // offline for a moment: the next step keeps it
  }
};

const take = (form, page, other) => {
  form.elements.seen.value = other.elements.seen.value;
  unmark(form);
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = page.querySelector(`[data-part="${part.dataset.part}"]`);
    const held = part.contains(document.activeElement) ? document.activeElement.id : null;
    if (!now || lifted || held === "") continue; // in a link or an example: it is renewed by the next step
    part.replaceWith(document.adoptNode(now));
    if (held) document.getElementById(held)?.focus();
  }
  showHandles();
  tell(form.dataset.kept);
};

const refuse = (form, page) => {
  unmark(form);
  const said = [...page.querySelectorAll(".forms-panel .error")];
  for (const error of said) {
    const control = document.getElementById(error.id.replace(/-error$/, ""));
    control?.setAttribute("aria-invalid", "true");
    control?.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${error.id}`.trim());
    const hint = control?.nextElementSibling?.matches(".hint") ? control.nextElementSibling : control;
    hint?.after(document.adoptNode(error));
  }
  document.querySelector('[data-part="trial"]')?.replaceChildren(); // it tried another formula
  const why = said[0] ?? page.querySelector(".forms-panel .notice");
  tell([form.dataset.refused, why?.textContent.trim()].filter(Boolean).join(" "));
};

const unmark = (form) => {
  for (const error of form.querySelectorAll(".forms-panel .error")) error.remove();
  for (const control of form.querySelectorAll(".forms-panel [aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    const described = (control.getAttribute("aria-describedby") ?? "").replace(/\s*\S+-error\b/g, "").trim();
    control.setAttribute("aria-describedby", described);
  }
};
const isPanel = (place) => place.form?.matches?.("form[data-builder]");
document.addEventListener("input", (event) => {
  if (!isPanel(event.target)) return;
  clearTimeout(timer);
  unkept = event.target.form;
  tell(unkept.dataset.keeping);
  timer = setTimeout(keepNow, 1200);
});
const keepNow = () => unkept?.isConnected && keep(unkept);
addEventListener("pagehide", keepNow); // who leaves by a link within that second loses nothing
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("form[data-builder]")) return;
  clearTimeout(timer);
  unkept = null;
}, true);

// The canvas and the head of the panel say what is typed as the name.
document.addEventListener("input", (event) => {
  if (event.target.id !== "panel-label") return;
  for (const shown of document.querySelectorAll(".forms-field.is-chosen [data-label], .forms-panel [data-label]")) shown.textContent = event.target.value;
});

// Another type has other settings: show them at once.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-redraw]")) event.target.form.requestSubmit();
});

// A name that is pressed stands in the formula, where the cursor was.
document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("[data-insert]");
  const formula = document.getElementById("panel-expression");
  if (!chip || !formula) return;
  const from = formula.selectionStart ?? formula.value.length;
  const before = formula.value.slice(0, from).trimEnd();
  const after = formula.value.slice(formula.selectionEnd ?? from).trimStart();
  formula.value = [before, chip.dataset.insert, after].filter(Boolean).join(" ");
  formula.focus();
  const end = (before ? before.length + 1 : 0) + chip.dataset.insert.length;
  formula.setSelectionRange(end, end);
  formula.dispatchEvent(new Event("input", { bubbles: true }));
});

// Dragging by the grip puts a field into the place of another one.
document.addEventListener("dragstart", (event) => {
  lifted = event.target.closest?.("li[data-key]");
  if (!lifted) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", lifted.dataset.key);
  lifted.classList.add("is-lifted");
});
const overField = (event) => (lifted && event.target.closest?.("li[data-key]")) || null;
document.addEventListener("dragover", (event) => {
  const field = overField(event);
  if (!field) return;
  event.preventDefault();
  for (const other of document.querySelectorAll(".is-over")) other.classList.toggle("is-over", other === field);
  field.classList.add("is-over");
});
document.addEventListener("dragend", () => {
  for (const one of document.querySelectorAll(".is-over, .is-lifted")) one.classList.remove("is-over", "is-lifted");
  lifted = null;
});
document.addEventListener("drop", (event) => {
  const field = overField(event);
  if (!field || field === lifted) return;
  event.preventDefault();
  const button = Object.assign(document.createElement("button"), { name: "then", value: `before:${lifted.dataset.key}:${field.dataset.key}`, hidden: true });
  steps().append(button);
  steps().requestSubmit(button);
});

const showHandles = () => {
  for (const grip of document.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.closest("li").draggable = true;
  }
};
const prepare = () => {
  for (const chip of document.querySelectorAll("[data-insert]")) chip.disabled = false;
  showHandles();
  const label = document.getElementById("panel-label");
  if (label && document.activeElement === label) label.select();
};
prepare();
document.addEventListener("htmx:after:swap", prepare);
// htmx takes style attributes over into the new part, which the page's policy forbids: a text area that was drawn
// larger has one.
document.addEventListener("htmx:before:swap", () => {
  for (const sized of document.querySelectorAll("#builder [style]")) sized.removeAttribute("style");
});
}
