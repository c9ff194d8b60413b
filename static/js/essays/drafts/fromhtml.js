/* HTML from a clipboard read as blocks: paragraphs, headings, items, quotations, table rows, notes. Nothing of it is shown.

A block is `{kind, level, number, quote, note, runs}`; a run is `{text, bold, italic, href, note}`; "\n" in a run's text
is a line break that was typed. essays/pure/blocks.py reads imported files by the same rules. */

const DROPPED = new Set(
  ("APPLET AREA AUDIO BUTTON CANVAS DATALIST DEL EMBED HEAD IFRAME IMG INPUT LINK MAP MATH META NOSCRIPT OBJECT " +
    "PICTURE SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA TITLE VIDEO").split(" "),
);
const BLOCKS = new Set(
  ("ADDRESS ARTICLE ASIDE BODY CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM HEADER HTML LEGEND LI " +
    "MAIN NAV P PRE SECTION SUMMARY TBODY TD TFOOT TH THEAD TR").split(" "),
);
const NOTE = /^#(?:_ftn|ftnt|sdfootnote(?=\d+sym$)|(_edn|sdendnote(?=\d+sym$)))(\d{1,4})(?:sym)?$/;
const NOTE_BACK = /^#(?:_ftnref|ftnt_ref|sdfootnote(?=\d+anc$)|(_ednref|sdendnote(?=\d+anc$)))(\d{1,4})(?:anc)?$/;
const COMMENT = /^#_msocom_/;
const MOST_COLUMNS = 50;
const DEEPEST = 400;

/** Parse clipboard HTML apart from the page. Styles are set aside first, so that the page's policy has none to refuse. */
export function parse(html) {
  const calm = html
    .replace(/<style\b[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  return new DOMParser().parseFromString(calm, "text/html").body;
}

/** Read a body from `parse` as blocks. */
export function blocksOf(body) {
  const state = { blocks: [], open: null, counts: new Map() };
  walk(body, { bold: false, italic: false, href: "", pre: false }, { kind: "paragraph", quote: 0, lists: 0 }, state, 0);
  return settleNotes(state.blocks.filter((block) => block.kind === "rule" || wordsOf(block).trim()));
}

/** Give a block's words without their marks. */
export const wordsOf = (block) => block.runs.map((run) => run.text).join("");

/** Tell whether the blocks say more than their plain text does: a heading, a mark, a list, a quotation, a link. */
export const sayMore = (blocks) =>
  blocks.some(
    (block) =>
      block.kind !== "paragraph" || block.quote || block.runs.some((run) => run.bold || run.italic || run.href || run.note),
  );

function walk(node, format, place, state, depth) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) say(child.data, format, place, state);
    else if (child.nodeType === Node.ELEMENT_NODE && depth < DEEPEST) visit(child, format, place, state, depth + 1);
  }
}

function visit(node, format, place, state, depth) {
  const name = node.nodeName.toUpperCase();
  const style = styleOf(node);
  if (DROPPED.has(name) || isHidden(node, style)) return;
  if (name === "BR") say("\n", { ...format, pre: true }, place, state);
  else if (name === "HR") {
    put(state, { kind: "rule", quote: place.quote, runs: [] });
    state.open = null;
  } else if (name === "TABLE") table(node, format, place, state, depth);
  else if (name === "UL" || name === "OL") list(node, format, place, state, depth);
  else if (name === "A") link(node, format, place, state, depth);
  else if (BLOCKS.has(name) || /^H[1-6]$/.test(name) || name === "BLOCKQUOTE") block(node, name, style, format, place, state, depth);
  else walk(node, formatted(name, style, format), place, state, depth);
}

/* ------------------------------------------------------------------------------------------------- blocks */
function block(node, name, style, format, place, state, depth) {
  const inside = formatted(name, style, { ...format, pre: format.pre || name === "PRE" });
  const kind = node.className.toLowerCase();
  const level = /^H[1-6]$/.test(name) ? Number(name[1]) : /^msotitle/.test(kind) ? 1 : /^msosubtitle/.test(kind) ? 2 : 0;
  const item = /mso-list:\s*l(\d+)\s+level(\d+)/.exec(style);
  state.open = null;
  if (item && name !== "LI" && !level) walk(node, inside, wordItem(node, item, place, state), state, depth);
  else if (level) walk(node, { ...inside, bold: false }, { ...place, kind: "heading", level, item: null }, state, depth);
  else if (name === "BLOCKQUOTE" || /^mso(intense)?quote/.test(kind)) {
    const first = state.blocks.length;
    walk(node, inside, { ...place, quote: place.quote + 1, item: null, kind: "paragraph" }, state, depth);
    if (name !== "BLOCKQUOTE") undress(state.blocks.slice(first));
  } else walk(node, inside, place, state, depth);
  state.open = null;
}

/** Word's style for quotations is italic: that is its dress, not a mark. */
function undress(blocks) {
  const runs = blocks.flatMap((one) => one.runs);
  if (runs.every((run) => run.italic || !run.text.trim())) runs.forEach((run) => Object.assign(run, { italic: false }));
}

function list(node, format, place, state, depth) {
  const within = node.parentNode?.nodeName.toUpperCase();
  const lists = place.lists + 1;
  const ordered = node.nodeName.toUpperCase() === "OL";
  let number = Number.parseInt(node.getAttribute("start") ?? "1", 10) || 1;
  state.open = null;
  for (const child of node.children) {
    const inside = formatted(child.nodeName, styleOf(child), format);
    if (child.nodeName.toUpperCase() !== "LI") {
      visit(child, format, { ...place, lists: within === "LI" ? place.lists : lists }, state, depth);
    } else if (!DROPPED.has(child.nodeName) && !isHidden(child, styleOf(child))) {
      const item = { kind: "item", level: lists, number: ordered ? number : 0, block: null };
      walk(child, inside, { ...place, kind: "item", lists, item }, state, depth + 1);
      number += item.block ? 1 : 0;
    }
    state.open = null;
  }
}

/** A list item as Word writes it: a paragraph whose style names list and level, its number or bullet in a part of its own. */
function wordItem(node, [, list, depth], place, state) {
  const sign = [...node.querySelectorAll("[data-style]")].find((part) => /mso-list:\s*ignore/.test(styleOf(part)));
  const said = (sign?.textContent ?? "").replace(/\s/g, "");
  const ordered = /^\(?[a-z0-9]{1,6}[.)]+$/i.test(said) && said !== "o";
  const level = Number(depth);
  for (const key of [...state.counts.keys()]) {
    if (key.startsWith(`${list}:`) && Number(key.split(":")[1]) > level) state.counts.delete(key);
  }
  const before = state.counts.get(`${list}:${level}`) ?? 0;
  const number = ordered ? Number(/^\(?(\d{1,6})[.)]+$/.exec(said)?.[1] ?? before + 1) : 0;
  state.counts.set(`${list}:${level}`, number);
  return { ...place, kind: "item", item: { kind: "item", level, number, block: null } };
}

/** A table with one line in every cell is kept as rows; one that only lays out a page is read through. */
function table(node, format, place, state, depth) {
  const rows = [...node.rows].map((row) => [...row.cells].map((cell) => cellOf(cell, format, depth)));
  const cells = rows.flat();
  const laysOut = cells.some((cell) => cell === null) || rows.every((row) => row.length <= 1);
  state.open = null;
  if (laysOut) walk(node, format, place, state, depth);
  else {
    const columns = rows[0].length;
    const spans = [...node.rows].some((row) => [...row.cells].some((cell) => cell.colSpan > 1 || cell.rowSpan > 1));
    const barred = cells.some((runs) => runs.some((run) => run.text.includes("|")));
    const ruled = !spans && !barred && rows.length > 1 && columns <= MOST_COLUMNS && rows.every((row) => row.length === columns);
    const said = rows.filter((row) => row.some((runs) => runs.length));
    put(state, { kind: "table", quote: place.quote, ruled, rows: said, runs: said.flat(2) });
  }
  state.open = null;
}

/** Give a cell's runs, or null where it holds more than one line. */
function cellOf(cell, format, depth) {
  const state = { blocks: [], open: null, counts: new Map() };
  const inside = formatted("TD", styleOf(cell), format);
  walk(cell, inside, { kind: "paragraph", quote: 0, lists: 0 }, state, depth + 1);
  const blocks = state.blocks.filter((one) => wordsOf(one).trim());
  if (blocks.length > 1 || blocks.some((one) => one.kind !== "paragraph")) return null;
  return blocks[0]?.runs ?? [];
}

/* ------------------------------------------------------------------------------------------------- words */
function formatted(name, style, format) {
  const tag = name.toUpperCase();
  const bold = { B: true, STRONG: true }[tag] ?? format.bold;
  const italic = { I: true, EM: true, CITE: true }[tag] ?? format.italic;
  const weight = /(?:^|;)\s*font-weight:\s*(\w+)/.exec(style)?.[1];
  const slant = /(?:^|;)\s*font-style:\s*(\w+)/.exec(style)?.[1];
  const space = /(?:^|;)\s*white-space:\s*pre\b(?!-)/.test(style);
  return {
    ...format,
    pre: format.pre || space,
    bold: weight ? weight === "bold" || weight === "bolder" || Number(weight) >= 600 : bold,
    italic: slant ? slant === "italic" || slant === "oblique" : italic,
  };
}

function link(node, format, place, state, depth) {
  const address = (node.getAttribute("href") ?? "").trim();
  const fragment = address.includes("#") && !/^https?:\/\/[^#]*[^#\s]#/i.test(address) ? address.slice(address.indexOf("#")) : "";
  if (COMMENT.test(fragment)) return;
  const [note, back] = [NOTE, NOTE_BACK].map((pattern) => nameOf(pattern.exec(fragment)));
  if (back) {
    if (state.open) return;
    state.open = put(state, { kind: "note", note: back, quote: 0, runs: [] });
    state.open.runs.push({ text: " ", bold: false, italic: false, href: "", note: "" });
  } else if (note) {
    const said = node.textContent.trim() || note;
    say(said, { ...format, href: "", note, bold: false, italic: false }, place, state);
  } else {
    const inside = formatted("A", styleOf(node), format);
    walk(node, { ...inside, href: format.href || hrefOf(address) }, place, state, depth);
  }
}

/** Name a note: by its number, an endnote with a letter before it. */
const nameOf = (found) => (found ? (found[1] ? "e" : "") + found[2] : "");

/** Give the address as it may stand in an essay, or nothing: http, https and mailto only. */
function hrefOf(address) {
  const plain = address.replace(/[\t\n\r]/g, "");
  if (!/^(?:https?:\/\/(?![/\\])|mailto:(?!\/))/i.test(plain) || /[\u0000-\u001f\u007f]/.test(plain)) return "";
  return plain.replace(/[ ()<>"\\[\]*`|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function say(data, format, place, state) {
  let text = data.replace(/[\u0000-\u0008\u000e-\u001f\u00ad\ufeff]/g, "").replace(/\r\n?|[\u000b\u2028\u2029]/g, "\n");
  text = text.replace(format.pre ? /[ \t\f\u00a0]+/g : /[ \t\n\f\u00a0]+/g, " ");
  if (!text || (!state.open && !text.trim())) return;
  if (!state.open) state.open = opened(place, state);
  const { bold, italic, href, note } = format;
  state.open.runs.push({ text, bold, italic, href, note: note ?? "" });
}

function opened(place, state) {
  const { item } = place;
  if (item?.block) {
    item.block.runs.push({ text: " ", bold: false, italic: false, href: "", note: "" });
    return item.block;
  }
  const made = put(state, {
    kind: item ? "item" : place.kind,
    level: item?.level ?? place.level ?? 0,
    number: item?.number ?? 0,
    note: place.note ?? "",
    quote: place.quote,
    runs: [],
  });
  if (item) item.block = made;
  return made;
}

function put(state, made) {
  state.blocks.push(made);
  return made;
}

/** A reference whose note did not come along is its number in the text; a note that nothing refers to is a paragraph. */
function settleNotes(blocks) {
  const there = new Set(blocks.filter((one) => one.kind === "note").map((one) => one.note));
  const used = new Set();
  for (const one of blocks) {
    for (const run of one.runs) {
      if (run.note && there.has(run.note)) used.add(run.note);
      else run.note = "";
    }
  }
  return blocks.map((one) => (one.kind === "note" && !used.has(one.note) ? { ...one, kind: "paragraph" } : one));
}

/* ------------------------------------------------------------------------------------------------- styles */
const styleOf = (node) => (node.getAttribute?.("data-style") ?? "").toLowerCase();

function isHidden(node, style) {
  if (/mso-list:\s*ignore|mso-element:\s*comment-list|mso-hide:\s*all/.test(style)) return true;
  return node.hidden || /(?:^|;)\s*(?:display:\s*none|visibility:\s*hidden)/.test(style);
}
