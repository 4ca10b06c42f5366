/** What the clipboard holds, as rows of texts; where it belongs in the grid; and the way back out. */

/** The rows of a `DataTransfer`: tab-separated text first, an HTML table (한글, mail, web pages) where that has none. */
export function clipboardRows(transfer) {
  const text = transfer.getData("text/plain");
  const html = transfer.getData("text/html");
  const fromTable = !text.includes("\t") && /<table[\s>]/i.test(html) ? tableRows(html) : [];
  const isTable = fromTable.length > 1 || fromTable[0]?.length > 1;
  return isTable ? fromTable : separatedRows(text);
}

/** Excel's text: cells by tab, rows by line end; a cell with either inside stands in quotes, its own quotes doubled. */
export function separatedRows(text) {
  const source = text.replace(/\r\n?/g, "\n").replace(/\u0000/g, "");
  const rows = [[]];
  let at = 0;
  while (at <= source.length) {
    const quoted = source[at] === '"' ? /"((?:[^"]|"")*)"(?=[\t\n]|$)/y : null;
    if (quoted) quoted.lastIndex = at;
    const found = quoted?.exec(source);
    const end = found ? at + found[0].length : nextBreak(source, at);
    rows.at(-1).push(found ? found[1].replaceAll('""', '"') : source.slice(at, end));
    if (source[end] === "\n") rows.push([]);
    at = end + 1;
  }
  const last = rows.at(-1); // Excel ends the block with a line end
  if (rows.length > 1 && last.length <= 1 && !last[0]) rows.pop();
  return rows.length === 1 && rows[0].length === 1 && !rows[0][0] ? [] : rows;
}

function nextBreak(source, from) {
  let end = from;
  while (end < source.length && source[end] !== "\t" && source[end] !== "\n") end += 1;
  return end;
}

/** The first table of an HTML fragment. Merged cells fill their place with blanks, as Excel's own text does. */
function tableRows(html) {
  // Styles are cut before parsing: even an inert document would report them against the page's policy.
  const bare = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "");
  const table = new DOMParser().parseFromString(bare, "text/html").querySelector("table");
  const rows = [...(table?.rows ?? [])].map(() => []);
  [...(table?.rows ?? [])].forEach((line, r) => {
    let column = 0;
    for (const cell of line.cells) {
      while (rows[r][column] !== undefined) column += 1;
      for (let down = 0; down < Math.min(cell.rowSpan || 1, rows.length - r); down += 1) {
        for (let right = 0; right < cell.colSpan; right += 1) rows[r + down][column + right] = "";
      }
      rows[r][column] = cellText(cell);
      column += cell.colSpan;
    }
  });
  return rows.map((row) => Array.from(row, (text) => text ?? ""));
}

function cellText(cell) {
  for (const lineBreak of cell.querySelectorAll("br")) lineBreak.replaceWith("\n");
  const blocks = cell.querySelectorAll("p, div");
  const text = blocks.length > 1 ? [...blocks].map((block) => block.textContent.trim()).join("\n") : cell.textContent;
  return text.replace(/\u00a0/g, " ").replace(/[ \t]*\n[ \t]*/g, "\n").trim();
}

/** A heading as it compares: without spaces, line ends, stars and a unit in brackets. */
function plain(text) {
  return text.replace(/\([^)]*\)/g, "").replace(/[\s*＊※]/g, "");
}

/** How many leading rows of the block are this grid's own headings when its first cell lands in column `start`. */
export function headingRowCount(block, columns, start) {
  const labels = columns.map((column) => new Set(column.headings.map(plain)));
  let count = 0;
  for (const row of block.slice(0, Math.min(block.length, 6))) {
    const spoken = row.map((text, index) => [plain(text), labels[start + index]]).filter(([text]) => text);
    const enough = spoken.length > 1 || (count > 0 && spoken.length === 1);
    if (!enough || !spoken.every(([text, wanted]) => wanted?.has(text))) break;
    count += 1;
  }
  return count;
}

/**
 * Where a block belongs: {start, headings, cut}. A whole row of the original form, pasted at the first cell a clerk
 * can type into, begins further left: its 연번 and 읍면동 columns are consumed by the read-only columns there.
 */
export function placement(block, columns, active) {
  const width = Math.max(...block.map((row) => row.length));
  const first = columns.findIndex((column) => !column.read_only);
  const starts = [...new Set([active, ...columns.keys()])];
  const byHeading = starts.find((start) => headingRowCount(block, columns, start) > 0);
  let start = byHeading ?? active;
  if (byHeading === undefined && active <= first) {
    const left = leftward(block, columns, width, first);
    start = left < first ? left : active; // a cell left of the first is read-only, and the block may begin there
  }
  return {
    start,
    headings: headingRowCount(block, columns, start),
    cut: Math.max(0, start + width - columns.length),
  };
}

function leftward(block, columns, width, first) {
  const tooWide = width - (columns.length - first);
  if (tooWide > 0) return Math.max(0, first - tooWide);
  const numbers = block.map((row) => Number(row[0] || NaN));
  const counted = numbers.length > 1 && numbers.every((n, i) => n === numbers[0] + i);
  return counted && first > 0 && columns[0].kind === "row_number" && columns[first].kind !== "number" ? 0 : first;
}

/** Rows as Excel reads them back. */
export function asText(rows) {
  const quote = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(quote).join("\t")).join("\r\n");
}

/** Rows as an HTML table, so that 한글 and mail keep the cells. */
export function asTable(rows) {
  const escape = (text) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`).replaceAll("\n", "<br>");
  const line = (row) => `<tr>${row.map((text) => `<td>${escape(text)}</td>`).join("")}</tr>`;
  return `<table>${rows.map(line).join("")}</table>`;
}
