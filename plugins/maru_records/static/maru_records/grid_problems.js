/** The problems of the rows: marks at the cells, sentences with a repair each beside the grid, counts and totals. */
const SHOWN = 50;
const PLACES_SHOWN = 8;
const WEIGHT = { changed: 0, warning: 1, error: 2 };

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export class Problems {
  #accepted = new Set();
  #marked = [];

  constructor(grid) {
    this.grid = grid;
    this.all = [];
    this.place = grid.box.querySelector("[data-grid-problems]");
    this.place.addEventListener("click", (event) => this.#click(event));
  }

  get open() {
    return this.all.filter((problem) => !this.#accepted.has(this.#word(problem)));
  }

  count(severity) {
    return this.open.filter((problem) => problem.severity === severity).length;
  }

  at(row, column) {
    return this.all.find((problem) => problem.row === row && problem.column === column && problem.severity !== "changed");
  }

  show(problems) {
    this.all = problems.filter((problem) => problem.row < this.grid.rows.length);
    this.draw();
  }

  /** Follows a change of the rows: what was said about a changed cell is out of date, the rest moves along. */
  follow({ at, before, after }) {
    if (!this.all.length) return;
    const grown = after.length - before.length;
    const kept = this.all.filter(({ row, column }) => {
      if (row < at || row >= at + before.length) return true;
      return before[row - at][column] === after[row - at]?.[column];
    });
    if (kept.length === this.all.length && !grown) return;
    const below = (problem) => problem.row >= at + before.length;
    this.all = kept.map((problem) => (below(problem) ? { ...problem, row: problem.row + grown } : problem));
    this.draw();
  }

  repairAll() {
    const repairs = this.open.filter((problem) => problem.severity === "error" && problem.repair !== null);
    this.grid.put(repairs.map(({ row, column, repair }) => [row, column, repair]));
    this.grid.say("repaired", { count: repairs.length });
  }

  draw() {
    this.#mark();
    const byWeight = (a, b) => WEIGHT[b.severity] - WEIGHT[a.severity] || a.row - b.row || a.column - b.column;
    const open = this.open.toSorted(byWeight);
    const sentences = open.filter((problem) => problem.severity !== "changed");
    const changed = open.filter((problem) => problem.severity === "changed");
    const list = this.place.querySelector("[data-grid-problem-list]");
    const lines = sentences.slice(0, SHOWN).map((problem) => this.#sentence(problem));
    if (changed.length) lines.push(this.#changes(changed));
    list.replaceChildren(...lines);
    const more = this.place.querySelector("[data-grid-more-problems]");
    more.hidden = sentences.length <= SHOWN;
    more.textContent = fill(this.grid.texts.more, { count: sentences.length - SHOWN });
    this.#counts(sentences);
  }

  #counts(sentences) {
    const errors = sentences.filter((problem) => problem.severity === "error");
    this.#number("[data-grid-errors]", errors.length);
    this.#number("[data-grid-warnings]", sentences.length - errors.length);
    this.place.querySelector("[data-grid-no-problems]").hidden = sentences.length > 0;
    const repairable = errors.filter((problem) => problem.repair !== null).length;
    this.place.querySelector("[data-grid-do=repairAll]").hidden = repairable < 2;
    const due = { errors: errors.length, warnings: sentences.length - errors.length };
    this.grid.box.querySelector("[data-grid-due]").textContent = sentences.length ? fill(this.grid.texts.due, due) : "";
  }

  #number(selector, count) {
    const tag = this.place.querySelector(selector);
    tag.hidden = !count;
    tag.lastChild.textContent = ` ${count}`;
  }

  #sentence(problem) {
    const line = this.#from("[data-grid-problem]", { where: this.#where(problem), message: problem.message });
    line.dataset.severity = problem.severity;
    line.dataset.row = problem.row;
    line.dataset.column = problem.column;
    line.id = this.#id(problem);
    const [repair, accept] = line.querySelectorAll("[data-problem-do=repair], [data-problem-do=accept]");
    if (problem.repair === null) repair.remove();
    else if (problem.repair) repair.textContent = fill(this.grid.texts.repair, { text: problem.repair });
    else repair.textContent = this.grid.texts.repair_empty;
    if (problem.severity === "error") accept.remove();
    return line;
  }

  #changes(changed) {
    const line = this.#from("[data-grid-changed]", { title: fill(this.grid.texts.changed, { count: changed.length }) });
    const places = changed.slice(0, PLACES_SHOWN).map((problem) => {
      const place = document.createElement("li");
      const go = document.createElement("button");
      Object.assign(go, { type: "button", className: "grid-link", textContent: this.#where(problem) });
      Object.assign(go.dataset, { problemDo: "go", row: problem.row, column: problem.column });
      place.append(go, ` ${problem.message}`);
      return place;
    });
    line.querySelector("[data-slot=places]").append(...places);
    const rest = changed.length - places.length;
    if (rest > 0) line.querySelector("[data-slot=places]").append(fill(this.grid.texts.more, { count: rest }));
    return line;
  }

  #from(template, slots) {
    const line = this.grid.box.querySelector(`template${template}`).content.firstElementChild.cloneNode(true);
    for (const [slot, text] of Object.entries(slots)) line.querySelector(`[data-slot=${slot}]`).textContent = text;
    return line;
  }

  #mark() {
    for (const cell of this.#marked) {
      delete cell.dataset.mark;
      cell.removeAttribute("aria-invalid");
      cell.removeAttribute("aria-describedby");
    }
    this.#marked = [];
    const rising = this.open.toSorted((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
    for (const problem of rising) {
      const cell = this.grid.cell(problem.row, problem.column);
      if (!cell || problem.severity === "changed") continue;
      cell.dataset.mark = problem.severity;
      if (problem.severity === "error") cell.setAttribute("aria-invalid", "true");
      cell.setAttribute("aria-describedby", this.#id(problem));
      this.#marked.push(cell);
    }
    this.grid.markActive();
  }

  #click(event) {
    const button = event.target.closest("[data-problem-do]");
    const line = button?.closest("[data-row]");
    if (!line) return;
    const [row, column] = [Number(line.dataset.row), Number(line.dataset.column)];
    const problem = this.all.find((one) => one.row === row && one.column === column);
    if (button.dataset.problemDo === "repair") {
      this.grid.put([[row, column, problem.repair]]);
      this.grid.say("repaired", { count: 1 });
    } else if (button.dataset.problemDo === "accept") {
      this.#accepted.add(this.#word(problem));
      this.draw();
      this.grid.tell();
    }
    this.grid.cursor.goTo(row, column);
  }

  #where(problem) {
    return fill(this.grid.texts.cell, { row: problem.row + 1, column: this.grid.columns[problem.column].name });
  }

  #word(problem) {
    return JSON.stringify([problem.row, problem.column, problem.message]);
  }

  #id(problem) {
    return `${this.grid.box.id}-p${problem.row}-${problem.column}`;
  }
}
