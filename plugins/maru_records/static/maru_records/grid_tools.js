/** What the toolbar and its keys do with whole rows and ranges. Each is one step for undo. */
export class Tools {
  constructor(grid) {
    this.grid = grid;
    grid.box.addEventListener("click", (event) => this.#do(event.target.closest("[data-grid-do]")?.dataset.gridDo));
  }

  #do(name) {
    if (!name) return;
    this.grid.endComposition();
    this.grid.commit();
    this[name]();
    if (name !== "help") this.grid.focus();
  }

  help() {
    this.grid.box.querySelector("[data-grid-keys]").showModal();
  }

  repairAll() {
    this.grid.problems.repairAll();
  }

  undo() {
    this.#step(this.grid.rows.undo(), "undone", "nothing_to_undo");
  }

  redo() {
    this.#step(this.grid.rows.redo(), "redone", "nothing_to_redo");
  }

  #step(change, done, nothing) {
    if (!change) return this.grid.say(nothing);
    this.grid.changed(change);
    this.grid.cursor.goTo(...change.place);
    return this.grid.say(done);
  }

  clear() {
    const { grid } = this;
    const isSet = ([row, column]) => !grid.columns[column].read_only && grid.rows.texts[row][column];
    const cells = grid.cursor.cells.filter(isSet);
    if (!cells.length) return grid.isFixed();
    grid.put(cells.map(([row, column]) => [row, column, ""]));
    grid.show();
    return grid.say("cleared", { count: cells.length });
  }

  /** Copies the first row of the range, or the cell above a single one, into the cells below it (Ctrl+D). */
  fillDown() {
    const { grid } = this;
    const { top, bottom } = grid.cursor.range;
    const source = top === bottom ? top - 1 : top;
    if (source < 0) return;
    const cells = grid.cursor.cells.filter(([row, column]) => row > source && !grid.columns[column].read_only);
    grid.put(cells.map(([row, column]) => [row, column, grid.rows.texts[source][column]]));
    grid.show();
    grid.say("filled", { count: cells.length });
  }

  /** To the first row below everything that is filled, made if it is not there. */
  addRow() {
    const { grid } = this;
    const at = grid.rows.filled().length;
    if (at >= grid.maxRows) return this.#full();
    if (at >= grid.rows.length) grid.grow();
    grid.cursor.goTo(at, grid.cursor.firstTyped);
    return grid.say("row_added", { row: at + 1 });
  }

  insertRow() {
    this.#insert(this.grid.cursor.range.top, this.grid.rows.blank(), "row_inserted");
  }

  copyRow() {
    const { columns, cursor, rows } = this.grid;
    const { top } = cursor.range;
    const copied = rows.texts[top].map((text, column) => (columns[column].read_only ? "" : text));
    this.#insert(top + 1, copied, "row_copied");
  }

  #insert(at, row, said) {
    const { grid } = this;
    if (grid.rows.length >= grid.maxRows) return this.#full();
    grid.replace(at, 0, [row]);
    grid.cursor.goTo(at, grid.cursor.column);
    return grid.say(said, { row: at + 1 });
  }

  #full() {
    this.grid.say("full", { limit: this.grid.maxRows });
  }

  deleteRows() {
    const { grid } = this;
    const { top, bottom } = grid.cursor.range;
    const count = bottom - top + 1;
    grid.replace(top, count, grid.rows.length === count ? [grid.rows.blank()] : []);
    grid.cursor.goTo(top, grid.cursor.column);
    grid.say("rows_deleted", { count });
  }

  /** Puts rows kept in this browser in the place of everything. */
  restore(rows) {
    const { grid } = this;
    grid.replace(0, grid.rows.length, [...rows, grid.rows.blank()]);
    grid.cursor.goTo(0, grid.cursor.firstTyped);
    grid.say("restored", { count: rows.length });
  }
}
