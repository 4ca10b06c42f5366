/** Where the person is in the grid: the active cell, the range that reaches from it, and the ways to move. */
export class Cursor {
  #tabColumn = null;
  isLeaving = false;

  constructor(grid) {
    this.grid = grid;
    this.firstColumn = grid.surface.lead ? 0 : 1;
    this.lastColumn = grid.columns.length - 1;
    this.row = this.endRow = 0;
    this.column = this.endColumn = Math.max(this.firstColumn, this.firstTyped);
  }

  /** The first column a person can type into. */
  get firstTyped() {
    return this.grid.columns.findIndex((column) => !column.read_only);
  }

  get range() {
    return {
      top: Math.min(this.row, this.endRow),
      bottom: Math.max(this.row, this.endRow),
      left: Math.min(this.column, this.endColumn),
      right: Math.max(this.column, this.endColumn),
    };
  }

  /** Every [row, column] of the range. */
  get cells() {
    const { top, left, bottom, right } = this.range;
    const cells = [];
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) cells.push([row, column]);
    }
    return cells;
  }

  get lastFilledRow() {
    return Math.max(0, this.grid.rows.filled().length - 1);
  }

  goTo(row, column) {
    this.grid.commit();
    this.row = this.endRow = this.#row(row);
    this.column = this.endColumn = this.#column(column);
    this.grid.show();
    this.grid.focus();
  }

  extendTo(row, column) {
    this.grid.commit();
    this.endRow = this.#row(row);
    this.endColumn = this.#column(column);
    this.grid.surface.scrollTo(this.endRow, this.endColumn);
    this.grid.surface.frame(this.range);
    const { top, left, bottom, right } = this.range;
    this.grid.say("selected", { rows: bottom - top + 1, columns: right - left + 1 });
  }

  /** Selects without moving the view: what was pasted. */
  select({ top, left, bottom, right }) {
    [this.row, this.column, this.endRow, this.endColumn] = [top, left, bottom, right];
    this.grid.show();
  }

  collapse() {
    this.endRow = this.row;
    this.endColumn = this.column;
    this.grid.surface.frame(this.range);
  }

  /** Stays within the rows when some of them are gone. */
  stayInside() {
    this.row = this.#row(this.row);
    this.endRow = this.#row(this.endRow);
  }

  step(down, right) {
    this.#tabColumn = null;
    this.goTo(this.row + down, this.column + right);
  }

  page(by) {
    this.step(by * this.grid.surface.pageRows(), 0);
  }

  extend(down, right) {
    this.extendTo(this.endRow + down, this.endColumn + right);
  }

  /** To the edge of the filled cells in a direction, as Excel does with Ctrl. */
  jump(down, right) {
    this.grid.commit();
    const has = (row, column) => Boolean(this.grid.rows.texts[row]?.[column]);
    const inside = (row, column) => row === this.#row(row) && column === this.#column(column);
    let [row, column] = [this.row + down, this.column + right];
    const through = has(this.row, this.column) && has(row, column);
    const goesOn = () => (through ? has(row + down, column + right) : !has(row, column));
    while (inside(row + down, column + right) && goesOn()) {
      row += down;
      column += right;
    }
    this.goTo(row, column);
  }

  /** Enter: down, and back to the column where a run of Tabs began. */
  enter(down) {
    const column = this.#tabColumn ?? this.column;
    this.#tabColumn = null;
    this.grid.commit();
    if (this.row + down >= this.grid.rows.length) this.grid.grow();
    this.goTo(this.row + down, column);
  }

  /** Tab: the next cell that can be typed into; false (the browser moves on) at the ends, and after Esc. */
  tab(by) {
    if (this.isLeaving) return false;
    const { columns, rows } = this.grid;
    this.grid.commit();
    this.#tabColumn ??= this.column;
    let at = this.row * columns.length + this.column;
    do at += by;
    while (columns[at % columns.length]?.read_only);
    const row = Math.floor(at / columns.length);
    if (row < 0 || row >= rows.length) return false;
    this.goTo(row, at % columns.length);
    return true;
  }

  selectAll() {
    const end = this.lastFilledRow;
    this.goTo(0, this.firstColumn);
    this.extendTo(end, this.lastColumn);
  }

  forgetTabs() {
    this.#tabColumn = null;
  }

  #row(row) {
    return Math.max(0, Math.min(row, this.grid.rows.length - 1));
  }

  #column(column) {
    return Math.max(this.firstColumn, Math.min(column, this.lastColumn));
  }
}
