/**
 * The rows of the grid as texts, with undo.
 *
 * A row is never changed in place, so a shallow copy of `texts` is a snapshot. Every change is one replacement of
 * some rows by others: typing, a paste, a fill, an insertion and a deletion alike; its inverse is its undo.
 */
const STEPS_KEPT = 300;

export class Rows {
  #done = [];
  #undone = [];

  constructor(texts, columns) {
    this.texts = texts;
    this.columns = columns;
    this.shape = 0; // changes whenever rows are inserted or deleted
  }

  get length() {
    return this.texts.length;
  }

  blank() {
    return Array(this.columns.length).fill("");
  }

  isEmpty(row) {
    return this.columns.every((column, index) => column.read_only || !row[index]);
  }

  /** How many rows hold something. */
  count() {
    return this.texts.reduce((sum, row) => sum + (this.isEmpty(row) ? 0 : 1), 0);
  }

  /** The rows up to the last one that holds something. */
  filled() {
    let end = this.texts.length;
    while (end && this.isEmpty(this.texts[end - 1])) end -= 1;
    return this.texts.slice(0, end);
  }

  /** Replaces `removed` rows at `at`. Gives the change {at, before, after, place}, or null when nothing differs. */
  replace(at, removed, after, place) {
    const before = this.texts.slice(at, at + removed);
    const isSame = (row, i) => row.every((text, column) => text === after[i][column]);
    if (before.length === after.length && before.every(isSame)) return null;
    const change = { at, before, after, place };
    this.#done.push(change);
    if (this.#done.length > STEPS_KEPT) this.#done.shift();
    this.#undone = [];
    return this.#apply(change);
  }

  undo() {
    const change = this.#done.pop();
    if (!change) return null;
    this.#undone.push(change);
    return this.#apply({ ...change, before: this.#now(change, change.after), after: change.before });
  }

  redo() {
    const change = this.#undone.pop();
    if (!change) return null;
    this.#done.push(change);
    return this.#apply({ ...change, before: this.#now(change, change.before) });
  }

  /** Appends a blank row that undo does not know about. */
  grow() {
    const at = this.texts.length;
    return this.#apply({ at, before: [], after: [this.blank()] }, this.shape);
  }

  /** Takes over one normalised text from the server; undo does not know about it. */
  normalise(row, column, text) {
    const changed = this.texts[row].slice();
    changed[column] = text;
    this.texts[row] = changed;
  }

  // The server may have normalised these rows since, so what stands there now is what has to be drawn over.
  #now(change, rows) {
    return this.texts.slice(change.at, change.at + rows.length);
  }

  #apply(change, shape = this.shape + 1) {
    this.texts.splice(change.at, change.before.length, ...change.after);
    if (change.before.length !== change.after.length) this.shape = shape;
    return change;
  }
}
