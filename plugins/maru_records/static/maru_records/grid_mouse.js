/** The mouse: a click goes to a cell, a drag or Shift selects a range, a row's number selects the row. */
export class Mouse {
  #dragging = null;

  constructor(grid) {
    this.grid = grid;
    const { scroller, opener } = grid.surface;
    scroller.addEventListener("mousedown", (event) => this.#press(event));
    scroller.addEventListener("mouseover", (event) => this.#drag(event));
    grid.input.addEventListener("dblclick", () => grid.mode === "rest" && grid.edit());
    opener.addEventListener("mousedown", (event) => event.preventDefault());
    opener.addEventListener("click", () => (grid.choices.isOpen ? grid.choices.close() : grid.openChoices()));
    // A tool acts on the range, so pressing it must not take the focus from the field.
    grid.box.addEventListener("mousedown", (event) => event.target.closest("[data-grid-do]") && event.preventDefault());
  }

  #press(event) {
    const { cursor, input } = this.grid;
    const isOwn = event.target === input;
    if (event.button !== 0) return;
    if (isOwn && this.grid.mode !== "rest") {
      this.grid.mode = "edit"; // a click into the text means the caret is wanted
      return;
    }
    const place = isOwn ? { row: cursor.row, column: cursor.column } : this.grid.surface.find(event.target);
    if (!place) return;
    event.preventDefault();
    this.grid.endComposition();
    cursor.forgetTabs();
    this.#dragging = place.column < 0 ? "rows" : "cells";
    if (place.column < 0) this.#pressRow(place.row, event.shiftKey);
    else if (event.shiftKey) cursor.extendTo(place.row, place.column);
    else cursor.goTo(place.row, place.column);
    this.grid.focus();
    window.addEventListener("mouseup", () => (this.#dragging = null), { once: true });
  }

  #pressRow(row, isExtending) {
    const { cursor } = this.grid;
    if (!isExtending) cursor.goTo(row, cursor.firstColumn);
    cursor.extendTo(row, cursor.lastColumn);
  }

  #drag(event) {
    const { cursor, surface } = this.grid;
    if (!this.#dragging || !(event.buttons & 1)) return;
    const place = surface.find(event.target);
    if (place) cursor.extendTo(place.row, this.#dragging === "rows" ? cursor.lastColumn : place.column);
  }
}
