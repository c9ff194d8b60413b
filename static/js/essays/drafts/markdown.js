/* Blocks written as the Markdown of an essay: a line a paragraph, and no more marks than the text had.

essays/pure/markdown.py writes imported files by the same rules. */

const SIGNS = [["href"], ["bold", "**"], ["italic", "*"]];

/** Write blocks from fromhtml.js. */
export function markdownOf(blocks) {
  let text = "";
  let before = null;
  let levels = [];
  for (const block of blocks) {
    const written = writtenOf(block);
    if (!written) continue;
    if (before) text += between(before, block, levels);
    text += quoted(written, block.quote);
    before = block;
    levels = block.kind === "item" ? [...levels.slice(0, block.level - 1), block] : [];
  }
  return text;
}

/** One line end between the items of a list, else a blank line; `levels` are the last items, by how deep they stand. */
function between(before, block, levels) {
  const depth = Math.min(before.quote, block.quote);
  const last = block.kind === "item" && before.quote === block.quote ? levels[block.level - 1] : undefined;
  const deeper = block.kind === "item" && before.kind === "item" && before.level < block.level;
  if (deeper || (last && (last.number ? block.number > 1 : !block.number))) return "\n";
  return `\n${depth ? "> ".repeat(depth).trimEnd() : ""}\n`;
}

const quoted = (text, depth) => (depth ? text.replace(/^/gm, "> ".repeat(depth)) : text);

function writtenOf(block) {
  if (block.kind === "rule") return "---";
  if (block.kind === "table") return tableOf(block);
  const lines = linesOf(block.runs);
  const line = lines.filter(Boolean).join(" ");
  if (block.kind === "heading") return line && `${"#".repeat(block.level)} ${line}`;
  if (block.kind === "item") return line && `${"    ".repeat(block.level - 1)}${block.number ? `${block.number}.` : "-"} ${line}`;
  if (block.kind === "note") return line && `[^${block.note}]: ${line}`;
  return lines.map(asWords).join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

/** Give the text of runs, each line with its marks. */
function linesOf(runs) {
  const lines = [[]];
  for (const run of runs) {
    run.text.split("\n").forEach((text, at) => {
      if (at) lines.push([]);
      if (text) lines[lines.length - 1].push({ ...run, text });
    });
  }
  return lines.map((line) => emphasised(joined(line), 0).replace(/ {2,}/g, " ").trim());
}

/** Join runs of one format; a space between two of them has theirs. */
function joined(runs) {
  const same = (one, other) => one && other && ["bold", "italic", "href", "note"].every((name) => one[name] === other[name]);
  const spaced = runs.map((run, at) =>
    !run.text.trim() && same(runs[at - 1], runs[at + 1]) && !runs[at - 1].note ? { ...runs[at - 1], text: run.text } : run,
  );
  const out = [];
  for (const run of spaced) {
    if (same(out.at(-1), run) && !run.note) out.at(-1).text += run.text;
    else out.push({ ...run });
  }
  return out;
}

function emphasised(runs, depth) {
  if (depth === SIGNS.length) return runs.map((run) => (run.note ? `[^${run.note}]` : calm(run.text))).join("");
  const [name, sign] = SIGNS[depth];
  const groups = [];
  for (const run of runs) {
    if (groups.length && groups.at(-1)[0][name] === run[name]) groups.at(-1).push(run);
    else groups.push([run]);
  }
  return groups.map((group) => around(emphasised(group, depth + 1), group[0][name], sign)).join("");
}

/** Put a mark around words, never around the space beside them. */
function around(text, value, sign) {
  const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  if (!value || !/[\p{L}\p{N}]/u.test(words)) return text;
  if (sign) return `${before}${sign}${words}${sign}${after}`;
  return words === value || `mailto:${words}` === value ? text : `${before}[${words}](${value})${after}`;
}

/** Keep signs in the words from being read as marks, where they would be. */
function calm(text) {
  const space = (sign) => sign === undefined || /\s/.test(sign);
  const word = (sign) => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);
  return text
    .replace(/\\(?=[\\`*_{}[\]()#+\-.!|>])/g, "\\\\")
    .replace(/`/g, "\\`")
    .replace(/\*/g, (sign, at, all) => (space(all[at - 1]) && space(all[at + 1]) ? sign : "\\*"))
    .replace(/_+/g, (signs, at, all) => {
      const inWord = word(all[at - 1]) && word(all[at + signs.length]);
      const alone = space(all[at - 1]) && space(all[at + signs.length]);
      return inWord || alone || signs.length > 2 ? signs : signs.replace(/_/g, "\\_");
    })
    .replace(/\]\(/g, "]\\(");
}

/** Keep a line of prose from being read as a heading or a quotation. */
const asWords = (line) => line.replace(/^(#{1,6} |>)/, "\\$1");

function tableOf({ rows, ruled }) {
  const lines = rows.map((row) => row.map((runs) => linesOf(runs).filter(Boolean).join(" ")));
  if (!ruled) return lines.map((cells) => cells.join("\t").trimEnd()).join("\n");
  const [head, ...body] = lines.map((cells) => `| ${cells.join(" | ")} |`);
  return [head, `|${" --- |".repeat(rows[0].length)}`, ...body].join("\n");
}
