/** Which key does what. Letters go by their place on the keyboard: with 한글 on, Ctrl+Z arrives as Ctrl+ㅋ. */
const PLACES = { Semicolon: ";", Equal: "=", Minus: "-", NumpadAdd: "=", NumpadSubtract: "-" };

/** 'Ctrl+Shift+End' for a keydown event. */
export function chord(event) {
  const ctrl = event.ctrlKey || event.metaKey;
  const name = ctrl || event.altKey ? placed(event) : event.key;
  return `${ctrl ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}${name}`;
}

function placed(event) {
  return event.code.startsWith("Key") ? event.code.slice(3) : (PLACES[event.code] ?? event.key);
}

/** Keys that end a composition and then move; a browser may report them during it, after it, or both. */
export const ENDING = new Set(["Enter", "Tab", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

/** Chords that work in every mode. A function that gives false leaves the key to the browser. */
export const ALWAYS = {
  Enter: (grid) => grid.cursor.enter(1),
  "Shift+Enter": (grid) => grid.cursor.enter(-1),
  Tab: (grid) => grid.cursor.tab(1),
  "Shift+Tab": (grid) => grid.cursor.tab(-1),
  Escape: (grid) => grid.escape(),
  "Alt+ArrowDown": (grid) => grid.openChoices(),
  "Alt+Enter": (grid) => grid.breakLine(),
  "Ctrl+;": (grid) => grid.type(grid.today()),
};

/** Chords while nothing, or a text that replaces the cell, is being typed. */
export const BROWSING = {
  ArrowUp: (grid) => grid.cursor.step(-1, 0),
  ArrowDown: (grid) => grid.cursor.step(1, 0),
  ArrowLeft: (grid) => grid.cursor.step(0, -1),
  ArrowRight: (grid) => grid.cursor.step(0, 1),
  "Shift+ArrowUp": (grid) => grid.cursor.extend(-1, 0),
  "Shift+ArrowDown": (grid) => grid.cursor.extend(1, 0),
  "Shift+ArrowLeft": (grid) => grid.cursor.extend(0, -1),
  "Shift+ArrowRight": (grid) => grid.cursor.extend(0, 1),
  "Ctrl+ArrowUp": (grid) => grid.cursor.jump(-1, 0),
  "Ctrl+ArrowDown": (grid) => grid.cursor.jump(1, 0),
  "Ctrl+ArrowLeft": (grid) => grid.cursor.jump(0, -1),
  "Ctrl+ArrowRight": (grid) => grid.cursor.jump(0, 1),
  Home: (grid) => grid.cursor.goTo(grid.cursor.row, grid.cursor.firstColumn),
  End: (grid) => grid.cursor.goTo(grid.cursor.row, grid.cursor.lastColumn),
  "Ctrl+Home": (grid) => grid.cursor.goTo(0, grid.cursor.firstColumn),
  "Ctrl+End": (grid) => grid.cursor.goTo(grid.cursor.lastFilledRow, grid.cursor.lastColumn),
  "Ctrl+Shift+Home": (grid) => grid.cursor.extendTo(0, grid.cursor.firstColumn),
  "Ctrl+Shift+End": (grid) => grid.cursor.extendTo(grid.cursor.lastFilledRow, grid.cursor.lastColumn),
  PageUp: (grid) => grid.cursor.page(-1),
  PageDown: (grid) => grid.cursor.page(1),
};

/** Chords while nothing is being typed. */
export const RESTING = {
  F2: (grid) => grid.edit(),
  Delete: (grid) => grid.tools.clear(),
  Backspace: (grid) => grid.tools.clear(),
  "Ctrl+Z": (grid) => grid.tools.undo(),
  "Ctrl+Y": (grid) => grid.tools.redo(),
  "Ctrl+Shift+Z": (grid) => grid.tools.redo(),
  "Ctrl+A": (grid) => grid.cursor.selectAll(),
  "Ctrl+D": (grid) => grid.tools.fillDown(),
  "Ctrl+Alt+=": (grid) => grid.tools.insertRow(),
  "Ctrl+Alt+-": (grid) => grid.tools.deleteRows(),
  "Ctrl+Alt+D": (grid) => grid.tools.copyRow(),
};
