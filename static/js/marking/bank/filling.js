/* What is filled in when a comment of the bank is put into a remark, and how many comments stand there. Pure; the server
   does the same where a better wording takes the place of what was put in (`marking/pure/bank.py`). */

const VARIABLE = /\{(quote|source|level)\}/g;
const SPACES = /[ \t\n\r\f\v\u00a0\u2028\u2029]+/g;
const QUOTE_MOST = 90;

/** What stands where there is nothing to fill in. */
export const gapFor = (name) => `[which ${name}?]`;
export const GAP = /\[which (?:quote|source|level)\?\]/;

/** Give a comment in plain words, without the pack's *stress*, as its reader will see it. */
export const plain = (text) => text.replace(/\*([^*\n]+)\*/g, "$1");

/** Put values in the place of a comment's variables; a gap where there is none, never a brace. */
export const filled = (text, values) => plain(text).replace(VARIABLE, (_, name) => values[name] || gapFor(name));

/** Give a passage in quotation marks, shortened after a word. */
export function quotation(words) {
  const plain = words.replace(SPACES, " ").replace(/^ | $/g, "");
  const signs = [...plain];
  if (signs.length <= QUOTE_MOST) return plain ? `“${plain}”` : "";
  const head = signs.slice(0, QUOTE_MOST).join("");
  const space = head.lastIndexOf(" ");
  return `“${space < 0 ? head : head.slice(0, space)} …”`;
}

/** Say what a criterion's comment is filled with. `score` has its level's label and its passages; `reading` what is
    cited where (`cited`: place and letter) and its paragraphs; `titles` are the sources' by letter. */
export function valuesFor(score, { cited, paragraphs }, titles) {
  const first = score.evidence.find((one) => one.polarity === "supports") ?? score.evidence[0];
  const known = cited.filter(([, letter]) => titles[letter]);
  const within = ([from, to]) => known.filter(([at]) => from <= at && at < to);
  const paragraph = first && paragraphs.findLast(([, from]) => from <= first.start);
  const spans = first ? [[first.start, first.end], paragraph ? [paragraph[1], paragraph[2]] : [first.start, first.end]] : [];
  const source = [...spans.flatMap(within), ...known][0];
  return { quote: first ? quotation(first.quote) : "", source: source ? titles[source[1]] : "", level: score.label };
}

const plainly = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const asPattern = (text) => new RegExp(text.split(VARIABLE).map((part, n) => (n % 2 ? ".+?" : plainly(part))).join(""), "s");

/** Count the comments of the bank that stand in a remark, whatever was filled in. */
export function commentsIn(remark, comments) {
  const says = (text) => text.replace(VARIABLE, "").trim().length > 2;
  return comments.filter(({ text }) => says(text) && asPattern(plain(text)).test(remark)).length;
}
