/** The list of a choice cell (고르기): opened with Alt+↓, narrowed by what is typed, 초성 and half-typed syllables too. */
const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const SYLLABLES = 0xac00;
const FINALS = 28;
const PER_INITIAL = 21 * FINALS;

/** True when `typed` begins or occurs in `choice`, a lone ㄱ standing for any syllable that begins with it. */
export function matches(typed, choice) {
  const wanted = [...typed.replace(/\s/g, "").toLowerCase()];
  const letters = [...choice.replace(/\s/g, "").toLowerCase()];
  return letters.some((_, from) => wanted.every((letter, i) => sounds(letter, letters[from + i])));
}

function sounds(typed, letter) {
  if (letter === undefined) return false;
  const code = letter.charCodeAt(0) - SYLLABLES;
  const isSyllable = code >= 0 && code < INITIALS.length * PER_INITIAL;
  if (typed === letter) return true;
  if (!isSyllable) return false;
  if (INITIALS[Math.floor(code / PER_INITIAL)] === typed) return true;
  return typed.charCodeAt(0) - SYLLABLES === code - (code % FINALS); // 토 while 통 is being typed
}

export class ChoiceList {
  constructor(element, grid) {
    Object.assign(this, { element, grid, input: grid.input, choices: [], at: -1 });
    // Picking with the mouse must not take the focus from the input.
    element.addEventListener("mousedown", (event) => event.preventDefault());
    element.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.grid.pick(option.textContent);
    });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** The choice the arrow stands on, or null. */
  get current() {
    return this.isOpen ? (this.shown[this.at] ?? null) : null;
  }

  open(choices, text, box, typed = "") {
    this.choices = choices;
    this.element.hidden = false;
    this.narrow(typed);
    if (!typed) this.#stand(this.shown.indexOf(text));
    this.anchor = box;
    this.follow();
    this.grid.say("choices", { count: this.shown.length });
  }

  narrow(typed) {
    this.shown = typed ? this.choices.filter((choice) => matches(typed, choice)) : this.choices;
    const exact = this.shown.indexOf(typed);
    const options = this.shown.map((choice, index) => {
      const option = document.createElement("div");
      option.setAttribute("role", "option");
      option.id = `${this.element.id}-${index}`;
      option.textContent = choice;
      return option;
    });
    this.element.replaceChildren(...options);
    this.element.dataset.empty = this.shown.length ? "" : this.grid.texts.no_choices;
    this.#stand(typed && this.shown.length ? Math.max(0, exact) : -1);
  }

  step(by) {
    if (!this.shown.length) return;
    this.#stand((this.at + by + this.shown.length) % this.shown.length);
  }

  close() {
    this.element.hidden = true;
    this.at = -1;
  }

  #stand(index) {
    this.element.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = index;
    const option = this.element.children[index];
    for (const other of this.element.children) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else this.input.removeAttribute("aria-activedescendant");
  }

  /** Stays at its cell while something scrolls. */
  follow() {
    if (!this.isOpen) return;
    const box = this.anchor.getBoundingClientRect();
    const style = this.element.style;
    const height = this.element.offsetHeight;
    const below = window.innerHeight - box.bottom > height + 8 || box.top < height;
    style.minWidth = `${box.width}px`;
    style.left = `${Math.min(box.left, window.innerWidth - this.element.offsetWidth - 8)}px`;
    style.top = `${below ? box.bottom : box.top - height}px`;
  }
}
