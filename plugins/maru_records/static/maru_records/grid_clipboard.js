/** Ctrl+C, X and V at rest: ranges of cells between the grid and Excel, 한글 or another grid. */
import { asTable, asText, clipboardRows, placement } from "./grid_paste.js";
import { fill } from "./grid_problems.js";

export class Clipboard {
  constructor(grid) {
    this.grid = grid;
    grid.input.addEventListener("paste", (event) => grid.mode === "rest" && this.#paste(event));
    grid.input.addEventListener("copy", (event) => grid.mode === "rest" && this.#copy(event));
    grid.input.addEventListener("cut", (event) => grid.mode === "rest" && this.#cut(event));
  }

  #paste(event) {
    event.preventDefault();
    const { grid } = this;
    const block = clipboardRows(event.clipboardData);
    const { top, left, bottom, right } = grid.cursor.range;
    if (!block.length) grid.say("nothing_to_paste");
    else if (block.length === 1 && block[0].length === 1 && (top !== bottom || left !== right)) this.#fill(block[0][0]);
    else this.pasteBlock(block, top, left);
  }

  /** One copied text into every cell of the range. */
  #fill(text) {
    const { top, left, bottom, right } = this.grid.cursor.range;
    this.grid.put(this.grid.cursor.cells.map(([row, column]) => [row, column, this.grid.clean(text, column)]));
    this.grid.say("pasted", { rows: bottom - top + 1, columns: right - left + 1 });
  }

  pasteBlock(block, top, left) {
    const { grid } = this;
    const { start, headings, cut } = placement(block, grid.columns, left);
    const rows = block.slice(headings);
    if (!rows.length) return grid.say("nothing_to_paste");
    const taken = rows.slice(0, grid.maxRows - top);
    const width = Math.min(Math.max(...taken.map((row) => row.length)), grid.columns.length - start);
    const after = taken.map((texts, i) => this.#merged(grid.rows.texts[top + i] ?? grid.rows.blank(), texts, start));
    grid.replace(top, Math.min(taken.length, grid.rows.length - top), after);
    const right = start + width - 1;
    grid.cursor.select({ top, left: Math.max(start, grid.cursor.firstColumn), bottom: top + taken.length - 1, right });
    return this.#say({ rows: taken.length, start, width, headings, cut, left: rows.length - taken.length });
  }

  #say({ rows, start, width, headings, cut, left }) {
    const { grid } = this;
    const fixed = grid.columns.slice(start, start + width).filter((column) => column.read_only).length;
    const sentences = [
      ["pasted", { rows, columns: width }, true],
      ["pasted_headings", { count: headings }, headings],
      ["pasted_read_only", { count: fixed }, fixed],
      ["cut_columns", { count: cut }, cut],
      ["cut_rows", { limit: grid.maxRows, count: left }, left],
    ];
    const spoken = sentences.filter(([, , isTrue]) => isTrue).map(([name, values]) => fill(grid.texts[name], values));
    grid.sayText(spoken.join(" "));
  }

  #merged(row, texts, start) {
    const merged = row.slice();
    texts.forEach((text, i) => {
      const column = this.grid.columns[start + i];
      if (column && !column.read_only) merged[start + i] = this.grid.clean(text, start + i);
    });
    return merged;
  }

  #copy(event) {
    event.preventDefault();
    const { top, left, bottom, right } = this.grid.cursor.range;
    const rows = this.grid.rows.texts.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
    event.clipboardData.setData("text/plain", asText(rows));
    event.clipboardData.setData("text/html", asTable(rows));
    this.grid.say("copied", { rows: rows.length, columns: rows[0].length });
    return rows;
  }

  #cut(event) {
    const rows = this.#copy(event);
    this.grid.tools.clear();
    this.grid.say("cut", { rows: rows.length, columns: rows[0].length });
  }
}
