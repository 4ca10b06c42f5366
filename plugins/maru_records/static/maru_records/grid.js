/**
 * The data-entry grid (입력 표).
 *
 * One real text field is always focused and lies over the active cell. A Korean syllable is composed in whatever has
 * the focus when its first letter is struck, so a grid that opens an editor on that stroke breaks it; this one has
 * nothing to open. The field is a textarea, because a cell pasted from Excel may hold line breaks.
 */
import { ChoiceList } from "./grid_choices.js";
import { Clipboard } from "./grid_clipboard.js";
import { Cursor } from "./grid_cursor.js";
import { ALWAYS, BROWSING, ENDING, RESTING, chord } from "./grid_keys.js";
import { Mouse } from "./grid_mouse.js";
import { Problems, fill } from "./grid_problems.js";
import { Rows } from "./grid_rows.js";
import { Saver } from "./grid_save.js";
import { Surface } from "./grid_surface.js";
import { Tools } from "./grid_tools.js";

const LATE_KEY = 40; // ms within which some browsers repeat, after a composition, the key that ended it

class Grid {
  mode = "rest"; // rest · type: replaces the cell, arrows move on · edit: changes the cell, arrows move the caret
  isComposing = false;
  #pending = null;
  #told = "";

  constructor(box) {
    const config = JSON.parse(box.querySelector("[data-grid-config]").textContent);
    this.box = box;
    this.texts = JSON.parse(box.querySelector("[data-grid-texts]").textContent);
    this.columns = config.columns;
    this.maxRows = config.max_rows;
    this.surface = new Surface(box, config.columns, config.lead);
    this.input = this.surface.input;
    this.rows = new Rows(this.surface.texts(), config.columns);
    this.cursor = new Cursor(this);
    this.tools = new Tools(this);
    this.clipboard = new Clipboard(this);
    this.mouse = new Mouse(this);
    const list = box.querySelector("[data-grid-choices]");
    this.choices = new ChoiceList(list, this);
    this.problems = new Problems(this);
    this.problems.show(config.problems);
    this.#listen();
    this.saver = new Saver(this);
    box.querySelector("[data-grid-tools]").hidden = false;
    box.classList.add("is-ready");
    this.show({ scroll: false });
    this.tell();
  }

  // --- what the person does to the field ---------------------------------------------------------------------------

  #listen() {
    const { input } = this;
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("keyup", (event) => this.#keyUp(event));
    input.addEventListener("compositionstart", () => this.#compose());
    input.addEventListener("compositionend", () => this.#composed());
    input.addEventListener("beforeinput", (event) => this.#before(event));
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("focus", () => this.#focused());
    input.addEventListener("blur", () => this.#blurred());
    window.addEventListener("scroll", () => this.choices.follow(), { passive: true, capture: true });
    window.addEventListener("resize", () => this.show({ scroll: false }));
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) {
      // The composition's own end does the move, once, whether or not the key comes again after it.
      if (ENDING.has(event.key)) this.#pending = event.shiftKey ? `Shift+${event.key}` : event.key;
      if (event.key === "Enter" || event.key === "Tab") event.preventDefault();
      return;
    }
    const name = chord(event);
    if (this.#pending) {
      const isRepeat = this.#pending === name;
      if (!isRepeat) this.#endPending();
      this.#pending = null;
    }
    if (!["Escape", "Tab", "Shift"].includes(event.key)) this.cursor.isLeaving = false;
    if (this.choices.isOpen && this.#listKey(name)) return event.preventDefault();
    if (this.#run(name) !== false) event.preventDefault();
  }

  #keyUp(event) {
    if (this.#pending?.endsWith(event.key) && !this.isComposing) this.#endPending();
  }

  #run(name) {
    const act = ALWAYS[name] ?? (this.mode !== "edit" && BROWSING[name]) ?? null;
    if (act) return act(this);
    return this.mode === "rest" && RESTING[name] ? RESTING[name](this) : false;
  }

  #listKey(name) {
    if (name === "ArrowDown" || name === "ArrowUp") this.choices.step(name === "ArrowDown" ? 1 : -1);
    else if (name === "Escape" || name === "Alt+ArrowUp") this.choices.close();
    else if (name === "Enter" && this.choices.current) this.pick(this.choices.current);
    else return false;
    return true;
  }

  #compose() {
    this.isComposing = true;
    this.#pending = null;
    if (this.mode === "rest") this.#begin("type");
  }

  #composed() {
    this.isComposing = false;
    if (this.#pending) setTimeout(() => this.#endPending(), LATE_KEY);
  }

  #endPending() {
    const name = this.#pending;
    this.#pending = null;
    if (!name) return;
    if (this.choices.isOpen && this.#listKey(name)) return;
    if (this.mode !== "edit" || /Enter|Tab/.test(name)) this.#run(name);
  }

  #before(event) {
    if (this.column.read_only) return event.preventDefault();
    // A soft keyboard's Enter may come as a line break without a key.
    if (event.inputType === "insertLineBreak" && !this.isComposing) {
      event.preventDefault();
      this.cursor.enter(1);
    }
  }

  #typed() {
    if (this.mode === "rest") this.#begin("type");
    const { choices } = this.column;
    if (!choices.length) return;
    if (this.choices.isOpen) this.choices.narrow(this.input.value.trim());
    else this.choices.open(choices, "", this.input, this.input.value.trim());
  }

  #focused() {
    this.box.classList.add("has-focus");
    this.show({ scroll: false });
    this.#hint();
  }

  #blurred() {
    this.box.classList.remove("has-focus");
    this.#pending = null;
    this.cursor.isLeaving = false;
    this.commit();
    this.choices.close();
    this.saver.leave();
  }

  // --- editing -----------------------------------------------------------------------------------------------------

  #begin(mode) {
    this.mode = mode;
    this.input.classList.add("is-open");
    this.input.classList.toggle("is-long", this.column.kind === "long");
    this.input.removeAttribute("aria-activedescendant");
    this.cursor.collapse();
  }

  #end() {
    this.mode = "rest";
    this.input.value = "";
    this.input.classList.remove("is-open", "is-long");
    this.choices.close();
  }

  /** Opens the cell's own text for changing (F2). */
  edit() {
    if (this.isFixed()) return;
    this.#begin("edit");
    this.input.value = this.text;
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** Puts a text into the field as if it had been typed. */
  type(text) {
    if (this.isFixed()) return;
    if (this.mode === "rest") this.#begin("type");
    this.input.setRangeText(text, this.input.selectionStart, this.input.selectionEnd, "end");
    this.#typed();
  }

  breakLine() {
    if (this.mode === "rest") this.edit();
    if (this.mode !== "rest" && this.column.kind === "long") this.type("\n");
  }

  /** Ends typing and keeps the text. Does nothing at rest. */
  commit() {
    if (this.mode === "rest") return;
    const typed = this.column.choices.length && this.input.value ? this.choices.current : null;
    const text = this.clean(typed ?? this.input.value, this.cursor.column);
    this.#end();
    this.put([[this.cursor.row, this.cursor.column, text]]);
  }

  pick(text) {
    this.#end();
    this.put([[this.cursor.row, this.cursor.column, text]]);
    this.show();
  }

  /** Esc: closes without keeping; at rest it makes the next Tab leave the grid. */
  escape() {
    if (this.mode === "rest") this.cursor.isLeaving = true;
    else this.#end();
    this.cursor.collapse();
    this.show();
  }

  openChoices() {
    const { choices } = this.column;
    if (!choices.length || this.isFixed()) return;
    const typed = this.mode === "rest" ? "" : this.input.value.trim();
    this.choices.open(choices, this.text, this.surface.cell(this.cursor.row, this.cursor.column), typed);
    this.focus();
  }

  today() {
    const iso = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Seoul" }).format();
    const [year, month, day] = iso.split("-").map(Number);
    return fill(this.texts.today, { year, month, day });
  }

  clean(text, column) {
    const lines = text.replace(/\r\n?/g, "\n").trim();
    return this.columns[column].kind === "long" ? lines : lines.replace(/\s*\n\s*/g, " ").replaceAll("\t", " ");
  }

  isFixed() {
    const { read_only, name } = this.column;
    if (read_only) this.say("read_only", { name });
    return read_only;
  }

  /** Lets an input method finish its syllable: only leaving the field makes it let go. */
  endComposition() {
    if (this.isComposing) this.input.blur();
  }

  // --- changing rows -----------------------------------------------------------------------------------------------

  /** What is known of the active cell's column. */
  get column() {
    return this.columns[this.cursor.column];
  }

  /** What stands in the active cell. */
  get text() {
    return this.rows.texts[this.cursor.row][this.cursor.column];
  }

  cell(row, column) {
    return this.surface.cell(row, column);
  }

  /** Sets single cells ([row, column, text]…) as one step; read-only cells stay. */
  put(cells) {
    const writable = cells.filter(([, column]) => !this.columns[column].read_only);
    if (!writable.length) return;
    const at = Math.min(...writable.map(([row]) => row));
    const end = Math.max(...writable.map(([row]) => row));
    const after = this.rows.texts.slice(at, end + 1).map((row) => row.slice());
    while (after.length <= end - at) after.push(this.rows.blank());
    for (const [row, column, text] of writable) after[row - at][column] = text;
    this.replace(at, Math.min(end + 1, this.rows.length) - at, after);
  }

  /** Puts `after` in the place of `removed` rows at `at`, as one step. */
  replace(at, removed, after) {
    const change = this.rows.replace(at, removed, after, [this.cursor.row, this.cursor.column]);
    if (change) this.changed(change);
  }

  /** Draws a change of the rows, and has it saved. */
  changed(change) {
    this.surface.draw(change);
    this.problems.follow(change);
    const last = this.rows.texts.at(-1);
    if (!last || !this.rows.isEmpty(last)) this.grow();
    this.cursor.stayInside();
    this.#count();
    this.saver.changed();
  }

  /** A blank row at the end, unless the grid is full. */
  grow() {
    if (this.rows.length < this.maxRows) this.surface.draw(this.rows.grow());
  }

  /** Takes over what the server made of `sent`, except where something was changed since. */
  take(answer, sent, shape) {
    if (shape !== this.rows.shape) return; // rows moved meanwhile; the next save is under way
    answer.texts.forEach((texts, row) => {
      const now = this.rows.texts[row];
      if (!now || !sent[row]) return;
      texts.forEach((text, column) => {
        if (now[column] === text || now[column] !== sent[row][column]) return;
        this.rows.normalise(row, column, text);
        this.surface.write(row, column, text);
      });
    });
    this.surface.totals(answer.totals);
    this.problems.show(answer.problems);
    this.show({ scroll: false });
    this.#count();
    this.tell();
  }

  // --- showing and telling -----------------------------------------------------------------------------------------

  focus() {
    if (document.activeElement !== this.input) this.input.focus({ preventScroll: true });
  }

  /** Brings field, frame and names to the active cell. */
  show(options) {
    this.surface.place(this.cursor.row, this.cursor.column, options);
    this.surface.frame(this.cursor.range);
    this.markActive();
    this.#hint();
  }

  /** Tells assistive technology which cell this is; while typing, the field itself speaks. */
  markActive() {
    const { row, column } = this.cursor;
    const cell = this.cell(row, column);
    const { name, required, read_only } = this.column;
    if (this.active !== cell) {
      this.active?.removeAttribute("id");
      this.active?.removeAttribute("aria-selected");
      this.active = cell;
      cell.setAttribute("aria-selected", "true");
    }
    cell.id = `${this.box.id}-r${row}c${column}`;
    const label = fill(this.texts.cell, { row: row + 1, column: name });
    this.input.readOnly = read_only;
    this.input.setAttribute("aria-label", required ? `${label} (${this.texts.required})` : label);
    this.input.setAttribute("aria-invalid", String(cell.dataset.mark === "error"));
    if (this.mode === "rest") this.input.setAttribute("aria-activedescendant", cell.id);
  }

  #hint() {
    const problem = this.problems.at(this.cursor.row, this.cursor.column);
    const { name, help } = this.column;
    const hint = problem?.message || (help ? `${name} — ${help}` : "");
    const place = this.box.querySelector("[data-grid-help]");
    if (place.textContent !== hint) place.textContent = hint;
  }

  say(name, values = {}) {
    this.sayText(fill(this.texts[name], values));
  }

  sayText(text) {
    this.box.querySelector("[data-grid-said]").textContent = text;
  }

  #count() {
    this.box.querySelector("[data-grid-count]").textContent = fill(this.texts.count, { count: this.rows.count() });
  }

  /** Dispatches `grid:state` when saved, errors, warnings, rows or state differ from what was last told. */
  tell() {
    if (!this.saver) return;
    const detail = {
      saved: this.saver.isSaved,
      state: this.saver.state ?? "saved",
      errors: this.problems.count("error"),
      warnings: this.problems.count("warning"),
      rows: this.rows.count(),
    };
    const told = JSON.stringify(detail);
    if (told === this.#told) return;
    this.#told = told;
    this.box.dispatchEvent(new CustomEvent("grid:state", { detail, bubbles: true }));
  }

}

function start() {
  for (const box of document.querySelectorAll("[data-grid][data-save-url]")) box.grid ??= new Grid(box);
}

/**
 * A form that sends what the grid holds waits until it is saved: `<form data-grid-flush>`.
 * Its field `draft_version`, if it has one, says which version that is.
 */
async function sendWhenSaved(event) {
  const form = event.target.closest("form[data-grid-flush]");
  const grids = [...document.querySelectorAll("[data-grid].is-ready")].map((box) => box.grid);
  for (const grid of grids) grid.commit();
  const version = form?.elements.namedItem("draft_version");
  if (version && grids.length) version.value = grids[0].saver.version;
  if (!form || grids.every((grid) => grid.saver.isSaved)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const saved = await Promise.all(grids.map((grid) => grid.saver.flush()));
  if (saved.every(Boolean)) form.requestSubmit(event.submitter);
}

start();
document.addEventListener("submit", sendWhenSaved, { capture: true });
document.addEventListener("htmx:after:swap", start);
