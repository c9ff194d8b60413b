/* Counting words as the server does (courses/kernel/text.py, count_words), and drawing them against the range. */

const LINE_ENDS = /\r\n|[\r\u2028\u2029]/g;
const INSTEAD = [
  [/\[Source ([A-Z])(?:,\s¶\s?([1-9]\d{0,2}))?\](?!\()/gu, " "],
  [/\[\^[\p{L}\p{N}_-]{1,40}\]:?/gu, " "],
  [/(\[[^[\]]*\])\([^()\s]*\)/gu, "$1"],
  [/^[ \t>]*\d{1,2}[.)][ \t]/gmu, " "],
];
const IDEOGRAPHS = /[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
const BREAK = /[^\S\ufeff]|[\x1c-\x1f\x85—|]|--+/u;
const LETTER = /[\p{L}\p{N}]/u;

/** Give the text with every line end as LF, as it is stored and hashed. */
export const normalise = (text) => text.replace(LINE_ENDS, "\n");

/** Count words as a reader would. */
export function countWords(text) {
  const plain = INSTEAD.reduce((so, [pattern, instead]) => so.replace(pattern, instead), text);
  const characters = plain.match(IDEOGRAPHS)?.length ?? 0;
  return characters + plain.replace(IDEOGRAPHS, " ").split(BREAK).filter((word) => LETTER.test(word)).length;
}

/** Say how long the bar of what is written is, on a line of 144 that reaches a sixth beyond the range. */
export function barLength(words, least, most) {
  const top = ((most || least || 1) * 7) / 6;
  return Math.round(Math.min(words / top, 1) * 1440) / 10;
}
