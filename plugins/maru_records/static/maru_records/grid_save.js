/**
 * Saves by itself: 800 ms after the last change, on leaving the grid and on hiding the page; one request at a time.
 * Until the server has acknowledged, the rows are also kept in this browser, so that a closed window loses nothing.
 */
import { fill } from "./grid_problems.js";

const PAUSE = 800;
const BACKUP_PAUSE = 200;
const SIGNED_OUT_PAUSE = 5000;
const LONGEST_PAUSE = 60_000;
const KEPT_DAYS = 14;
const PREFIX = "maru-grid:";
const NOWHERE = { getItem: () => null, setItem() {}, removeItem() {} };
const KEEPALIVE_BYTES = 60_000; // browsers refuse larger bodies after the page is gone

const storage = openStorage();

export class Saver {
  #timer = 0;
  #backupTimer = 0;
  #failures = 0;
  #sending = null;

  constructor(grid) {
    const { saveUrl, version, owner } = grid.box.dataset;
    Object.assign(this, { grid, url: saveUrl, version: Number(version), isStopped: false });
    this.key = `${PREFIX}${owner}:${saveUrl}`;
    this.changes = 0; // counts changes, so that one made while saving is noticed
    this.savedChanges = 0;
    this.banner = grid.box.querySelector("[data-grid-banner]");
    forgetOldBackups();
    this.#offer();
    document.addEventListener("visibilitychange", () => document.hidden && this.leave(true));
    window.addEventListener("pagehide", () => this.leave(true));
    window.addEventListener("online", () => this.#retryNow());
    window.addEventListener("focus", () => this.#retryNow());
    window.addEventListener("beforeunload", (event) => {
      grid.commit();
      if (!this.isSaved) event.preventDefault();
    });
  }

  get isSaved() {
    return this.changes === this.savedChanges;
  }

  changed() {
    this.changes += 1;
    this.#state("unsaved");
    clearTimeout(this.#backupTimer);
    this.#backupTimer = setTimeout(() => this.backUp(), BACKUP_PAUSE);
    if (!this.#failures && !this.isStopped) this.#plan(PAUSE);
  }

  /** Saves what is unsaved now; `isClosing` lets the request outlive the page. */
  leave(isClosing = false) {
    this.grid.commit();
    if (this.isSaved) return;
    this.backUp();
    if (!this.isStopped) this.save(isClosing);
  }

  /** Resolves to true once everything is on the server, to false when that cannot be done now. */
  async flush() {
    this.grid.commit();
    for (let tries = 0; !this.isSaved && !this.isStopped && tries < 3; tries += 1) await this.save();
    return this.isSaved;
  }

  save(isClosing = false) {
    clearTimeout(this.#timer);
    if (this.#sending) return this.#sending;
    this.#sending = this.#send(isClosing).finally(() => {
      this.#sending = null;
      if (!this.isSaved && !this.isStopped && !this.#failures) this.#plan(PAUSE);
    });
    return this.#sending;
  }

  async #send(isClosing) {
    const sentChanges = this.changes;
    const sent = this.grid.rows.filled();
    const shape = this.grid.rows.shape;
    const { columns } = this.grid;
    const one = (row) => row.map((text, index) => (columns[index].sent ? text : null));
    const rows = sent.map((row) => (this.grid.rows.isEmpty(row) ? row.map(() => null) : one(row)));
    const body = JSON.stringify({ version: this.version, rows });
    this.#state("saving");
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body,
        credentials: "same-origin",
        redirect: "manual",
        keepalive: isClosing && body.length < KEEPALIVE_BYTES / 3,
      });
      if (answer.ok) this.#saved(await answer.json(), sent, shape, sentChanges);
      else await this.#refused(answer);
    } catch {
      this.#again("failed"); // no network, or an answer that is not JSON
    }
  }

  #saved(answer, sent, shape, sentChanges) {
    this.#failures = 0;
    this.version = answer.version;
    this.savedChanges = sentChanges;
    if (!this.#offered) this.banner.replaceChildren();
    if (this.isSaved) {
      clearTimeout(this.#backupTimer);
      storage.removeItem(this.#writeKey);
      this.#state("saved", { time: answer.saved_at });
    } else this.#state("unsaved");
    this.grid.take(answer, sent, shape);
  }

  async #refused(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401) return this.#signedOut();
    if (answer.status === 409) return this.#conflict();
    if (answer.status >= 500 || answer.status === 429) return this.#again("failed");
    const { message = "" } = await answer.json().catch(() => ({}));
    this.#failures = 1; // the same rows would be refused again: wait for the next change
    this.#state("refused");
    this.grid.sayText(message || this.grid.texts.refused);
    this.#failures = 0;
    this.isRefused = this.changes;
    return this.backUp();
  }

  #again(state, pause = 1000 * 2 ** Math.min(this.#failures, 6)) {
    this.#failures += 1;
    this.backUp();
    this.#state(state);
    if (this.#failures === 1) this.grid.sayText(this.grid.texts[state]);
    this.#plan(Math.min(pause, LONGEST_PAUSE));
  }

  #signedOut() {
    if (!this.banner.firstElementChild) this.#raise("signed-out");
    this.#again("signed_out", SIGNED_OUT_PAUSE);
  }

  #conflict() {
    this.isStopped = true;
    this.backUp();
    this.#state("refused");
    const raised = this.#raise("conflict", this.grid.texts.conflict);
    raised.querySelector("[data-banner-do=reload]").addEventListener("click", () => {
      this.backUp();
      this.savedChanges = this.changes; // the copy is kept, so leaving needs no warning
      location.reload();
    });
  }

  #retryNow() {
    if (this.#failures && !this.isSaved) this.#plan(0);
  }

  #plan(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.isRefused !== this.changes && this.save(), pause);
  }

  #state(state, values = {}) {
    const place = this.grid.box.querySelector("[data-grid-state]");
    place.dataset.gridState = state;
    place.querySelector("[data-grid-state-text]").textContent = fill(this.grid.texts[state], values);
    this.state = state;
    this.grid.tell();
  }

  #raise(name, text) {
    const raised = this.grid.box.querySelector(`template[data-grid-${name}]`).content.firstElementChild.cloneNode(true);
    if (text) raised.querySelector("[data-slot=text]").textContent = text;
    this.banner.replaceChildren(raised);
    return raised;
  }

  // --- the copy in this browser -------------------------------------------------------------------------------

  #offered = null;

  // While an older copy waits for an answer, newer rows are kept beside it.
  get #writeKey() {
    return this.#offered ? `${this.key}#next` : this.key;
  }

  backUp() {
    clearTimeout(this.#backupTimer);
    if (this.isSaved) return;
    const { rows, columns } = this.grid;
    const copy = { rows: rows.filled(), columns: columns.length, version: this.version, at: Date.now() };
    try {
      storage.setItem(this.#writeKey, JSON.stringify(copy));
    } catch {
      // A full or forbidden storage takes the copy away, not the grid: the rows are still being sent.
    }
  }

  #offer() {
    const copy = readBackup(`${this.key}#next`) ?? readBackup(this.key);
    if (!copy || copy.columns !== this.grid.columns.length) return;
    const saved = this.grid.rows.filled();
    if (sameTexts(copy.rows, saved, this.grid.columns)) return this.#forget();
    // A save that outlived the page arrived, but its answer found nobody.
    if (this.version > copy.version && alike(copy.rows, saved, this.grid.columns)) return this.#forget();
    this.#offered = copy;
    const style = { dateStyle: "medium", timeStyle: "short" };
    const time = new Date(copy.at).toLocaleString(document.documentElement.lang || "ko", style);
    const raised = this.#raise("offer", fill(this.grid.texts.offer, { count: copy.rows.length, time }));
    raised.querySelector("[data-banner-do=restore]").addEventListener("click", () => {
      this.#forget();
      this.grid.tools.restore(copy.rows);
    });
    raised.querySelector("[data-banner-do=discard]").addEventListener("click", () => {
      this.#forget();
      this.backUp();
      this.grid.focus();
    });
  }

  #forget() {
    this.#offered = null;
    this.banner.replaceChildren();
    storage.removeItem(this.key);
    storage.removeItem(`${this.key}#next`);
  }
}

function readBackup(key) {
  try {
    return JSON.parse(storage.getItem(key));
  } catch {
    return null; // half a copy is no copy
  }
}

function sameTexts(one, other, columns) {
  const text = (rows) => JSON.stringify(rows.map((row) => row.filter((_, index) => !columns[index].read_only)));
  return text(one) === text(other);
}

/** True when `saved` is what the server would have made of `typed`: '9,800' of '9800천원', '2027. 3. 2.' of '27-3-2'. */
function alike(typed, saved, columns) {
  const core = (text) => text.normalize("NFKC").replace(/[^\p{L}\p{N}]/gu, "");
  const isSame = (own, theirs) => own === theirs || (own && theirs && (theirs.endsWith(own) || own.startsWith(theirs)));
  const cell = (text, column, row) =>
    columns[column].read_only ||
    (columns[column].kind === "choice" ? !text === !saved[row][column] : isSame(core(text), core(saved[row][column])));
  const line = (texts, row) => texts.every((text, column) => cell(text, column, row));
  return typed.length === saved.length && typed.every(line);
}

/** Copies nobody asked for within two weeks go: other people use this PC as well. */
function forgetOldBackups() {
  const oldest = Date.now() - KEPT_DAYS * 86_400_000;
  for (const key of Object.keys(storage)) {
    if (key.startsWith(PREFIX) && (readBackup(key)?.at ?? 0) < oldest) storage.removeItem(key);
  }
}

/** This browser's storage, or one that keeps nothing where a policy forbids it. */
function openStorage() {
  try {
    return window.localStorage;
  } catch {
    return NOWHERE;
  }
}
