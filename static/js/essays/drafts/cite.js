/* Citations as they are typed: what might be meant, and which lead nowhere. Pure: text in, choices and sentences out.
   `paragraphs` gives the number of paragraphs by source letter, as essays/pure/checks.py is given it. */

const BEGUN = /\[(s(?:o(?:u(?:r(?:c(?:e(?:\s[^[\]\n]{0,40})?)?)?)?)?)?)$/iu;
const LIKE_A_CITATION = /\[\s*source(?![\p{L}\p{N}_])[^\][\n]{0,40}\](?!\()/giu;
const CITATION = /^\[Source ([A-Z])(?:,\s¶\s?([1-9]\d{0,2}))?\]$/u;

/** Tell whether a citation is being typed before the caret: `{from, sought}`, where it begins and what is sought; or nothing. */
export function begunAt(text, caret) {
  const line = text.slice(Math.max(0, caret - 60), caret);
  const found = BEGUN.exec(line);
  if (!found) return null;
  return { from: caret - found[0].length, sought: found[1].slice("source".length).trim() };
}

const words = (text) => text.toLowerCase().split(/[\s,.;:“”"()¶]+/u).filter(Boolean);

/** Narrow choices `{letter, number, citation, words}` to what is sought: "b", "b 2", "B, ¶2", or words of a paragraph. */
export function narrowed(choices, sought) {
  const parts = words(sought);
  const [letter, number] = parts;
  const named = choices.filter((one) => one.letter.toLowerCase() === letter);
  if (!parts.length) return choices;
  if (letter.length === 1 && named.length) {
    if (parts.length === 1) return named;
    if (/^\d+$/.test(number)) return named.filter((one) => String(one.number ?? "").startsWith(number));
    return named.filter((one) => parts.slice(1).every((part) => words(one.words).some((word) => word.startsWith(part))));
  }
  return choices.filter((one) => parts.every((part) => words(one.words).some((word) => word.startsWith(part))));
}

/** List, once each, the citations that lead nowhere, and what is not written as one, in the order they come. */
export function lostCitations(text, paragraphs) {
  const lost = new Set();
  for (const [found] of text.matchAll(LIKE_A_CITATION)) if (whyNowhere(found, paragraphs)) lost.add(found);
  return [...lost];
}

/** Say in a sentence why a citation leads nowhere; nothing where it leads. */
export function whyNowhere(found, paragraphs) {
  const exact = CITATION.exec(found);
  if (!exact) return `${found} is not read as a citation: write it like [Source B, ¶2].`;
  const [, letter, number] = exact;
  const there = paragraphs[letter];
  if (there === undefined) return `${found} leads nowhere: there is no Source ${letter}.`;
  if (Number(number ?? 1) <= there) return "";
  return `${found} leads nowhere: Source ${letter} has ${there} ${there === 1 ? "paragraph" : "paragraphs"}.`;
}
