/** What is seen of the grid: its lines and cells, the one input over the active cell, the frame around a range. */
const WIDEST_INPUT = 480;

export class Surface {
  constructor(box, columns, lead) {
    this.box = box;
    this.columns = columns;
    this.lead = lead;
    this.table = box.querySelector("table.grid");
    this.body = this.table.tBodies[0];
    this.lines = [...this.body.rows];
    this.input = box.querySelector("[data-grid-input]");
    this.range = box.querySelector("[data-grid-range]");
    this.opener = box.querySelector("[data-grid-open]");
    this.scroller = box.querySelector("[data-grid-scroll]");
    this.template = box.querySelector("template[data-grid-row]");
    this.headRows = this.table.tHead.rows.length;
    this.input.hidden = false;
    this.input.setAttribute("aria-multiline", "false");
    this.measure();
    window.addEventListener("resize", () => this.measure());
  }

  /** Keeps cells clear of the sticky head, foot and row numbers when they are scrolled into view. */
  measure() {
    const { tHead, tFoot } = this.table;
    const style = this.scroller.style;
    style.scrollPaddingTop = `${tHead.offsetHeight}px`;
    style.scrollPaddingBottom = `${tFoot?.offsetHeight ?? 0}px`;
    style.scrollPaddingLeft = `${this.lines[0]?.cells[0].offsetWidth ?? 0}px`;
  }

  texts() {
    return this.lines.map((line) => this.columns.map((_, column) => line.cells[column + this.lead].textContent));
  }

  cell(row, column) {
    return this.lines[row]?.cells[column + this.lead];
  }

  /** {row, column} of an element within the body, or null; column -1 is the row's number. */
  find(element) {
    const cell = element.closest?.("td, th");
    const line = cell?.parentElement;
    if (line?.parentElement !== this.body) return null;
    const isNumber = cell.classList.contains("grid-number");
    return { row: line.rowIndex - this.headRows, column: isNumber ? -1 : cell.cellIndex - this.lead };
  }

  write(row, column, text) {
    if (this.columns[column].kind === "row_number" && column === 0 && this.lead === 0) return;
    this.cell(row, column).textContent = text;
  }

  /** Draws one change of the rows: cells that differ, then lines too many or too few. */
  draw({ at, before, after }) {
    const common = Math.min(before.length, after.length);
    for (let i = 0; i < common; i += 1) this.#drawLine(at + i, after[i], before[i]);
    for (const line of this.lines.splice(at + common, before.length - common)) line.remove();
    if (after.length > common) {
      const fresh = after.slice(common).map(() => this.template.content.firstElementChild.cloneNode(true));
      const next = this.lines[at + common] ?? null;
      this.lines.splice(at + common, 0, ...fresh);
      const together = document.createDocumentFragment();
      together.append(...fresh);
      this.body.insertBefore(together, next);
      for (let i = common; i < after.length; i += 1) this.#drawLine(at + i, after[i], null);
    }
    if (before.length !== after.length) this.#number(at + common);
  }

  #drawLine(row, texts, before) {
    texts.forEach((text, column) => {
      if (before ? text !== before[column] : text) this.write(row, column, text);
    });
  }

  #number(from) {
    for (let row = from; row < this.lines.length; row += 1) {
      const line = this.lines[row];
      line.setAttribute("aria-rowindex", String(this.headRows + row + 1));
      line.cells[0].textContent = String(row + 1);
    }
    this.table.tFoot?.rows[0].setAttribute("aria-rowindex", String(this.headRows + this.lines.length + 1));
  }

  totals(texts) {
    const foot = this.table.tFoot?.rows[0];
    if (!foot) return;
    texts.forEach((text, column) => {
      const cell = foot.cells[column + this.lead];
      if (!("totalLabel" in cell.dataset) && !cell.classList.contains("grid-number")) cell.textContent = text;
    });
  }

  scrollTo(row, column) {
    this.cell(row, column).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Moves the input over a cell. It is never taken out of the page, so a composition that begins next is whole. */
  place(row, column, { scroll = true } = {}) {
    const cell = this.cell(row, column);
    if (scroll) this.scrollTo(row, column);
    const [left, top, width, height] = [cell.offsetLeft, cell.offsetTop, cell.offsetWidth, cell.offsetHeight];
    const style = this.input.style;
    style.left = `${left}px`;
    style.top = `${top}px`;
    style.minWidth = `${width}px`;
    style.minHeight = `${height}px`;
    style.maxWidth = `${Math.max(width, Math.min(WIDEST_INPUT, this.scroller.clientWidth - 60))}px`;
    this.input.classList.toggle("n", this.columns[column].kind === "number");
    const hasChoices = this.columns[column].choices.length > 0 && !this.columns[column].read_only;
    this.opener.hidden = !hasChoices;
    if (hasChoices) {
      this.opener.style.left = `${left + width - 26}px`;
      this.opener.style.top = `${top + 4}px`;
    }
    return cell;
  }

  frame({ top, left, bottom, right }) {
    this.range.hidden = top === bottom && left === right;
    if (this.range.hidden) return;
    const first = this.cell(top, left);
    const last = this.cell(bottom, right);
    const style = this.range.style;
    style.left = `${first.offsetLeft}px`;
    style.top = `${first.offsetTop}px`;
    style.width = `${last.offsetLeft + last.offsetWidth - first.offsetLeft}px`;
    style.height = `${last.offsetTop + last.offsetHeight - first.offsetTop}px`;
  }

  /** How many lines fit between head and foot. */
  pageRows() {
    const free = this.scroller.clientHeight - this.table.tHead.offsetHeight - (this.table.tFoot?.offsetHeight ?? 0);
    return Math.max(1, Math.floor(free / (this.lines[0]?.offsetHeight || 32)) - 1);
  }
}
