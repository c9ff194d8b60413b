/* Where a passage is. The browser counts UTF-16 units, the server code points; sentences come from the server.
   Pure: text and numbers in, numbers out. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Convert between units and code points of one text; both ways in logarithmic time. */
export function offsetsOf(text) {
  const pairs = [];
  for (let unit = 0; unit < text.length; unit += 1) {
    const code = text.charCodeAt(unit);
    const next = text.charCodeAt(unit + 1);
    if (code >= 0xd800 && code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) pairs.push(unit++);
  }
  const before = (limit, place) => {
    let low = 0;
    let high = pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (place(middle) < limit) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    /** A unit inside a pair counts as the pair's beginning. */
    toPoints: (unit) => unit - before(unit, (i) => pairs[i]),
    toUnits: (point) => point + before(point, (i) => pairs[i] - i),
  };
}

/** Step to the next (`by` 1) or the previous (-1) of `sentences` (`[start, end]`), or extend the passage by one.
    Without a passage, begin at the sentence numbered `from`. */
export function step(sentences, passage, by, extend, from = 0) {
  if (!sentences.length) return null;
  const within = (n) => Math.max(0, Math.min(sentences.length - 1, n));
  const single = (n) => ({ start: sentences[n][0], end: sentences[n][1], anchor: n, focus: n });
  if (!passage) return single(within(from));
  const first = within(sentences.findLastIndex(([start]) => start <= passage.start));
  const last = within(sentences.findLastIndex(([start]) => start < passage.end));
  if (!extend) return single(within(by > 0 ? last + 1 : first - 1));
  const anchor = passage.anchor ?? (by > 0 ? first : last);
  const focus = within((passage.focus ?? (by > 0 ? last : first)) + by);
  const [low, high] = anchor < focus ? [anchor, focus] : [focus, anchor];
  return { start: sentences[low][0], end: sentences[high][1], anchor, focus };
}

/** Step to the first sentence of the next (`by` 1) or the previous (-1) of `paragraphs` (`[number, start, end]`); back from
    within a paragraph to its own first. Without a passage, begin where the sentence numbered `from` is. */
export function stepParagraph(sentences, paragraphs, passage, by, from = 0) {
  const firsts = paragraphs.map(([, start, end]) => sentences.findIndex((one) => one[0] >= start && one[0] < end));
  const known = firsts.filter((n) => n >= 0);
  const at = passage ? sentences.findLastIndex(([start]) => start <= passage.start) : from;
  const ahead = known.find((n) => (passage ? n > at : n >= at)) ?? known.at(-1);
  const n = by > 0 ? ahead : known.findLast((one) => one < at) ?? known[0];
  return n === undefined ? passage : { start: sentences[n][0], end: sentences[n][1], anchor: n, focus: n };
}

/** Name every sentence of a paragraph by its place: `3b` is the second one of paragraph 3. Gives `{name, start, end}`. */
export function placesOf(sentences, paragraphs) {
  return paragraphs.flatMap(([number, start, end]) =>
    sentences
      .map(([from, to], n) => ({ start: from, end: to, anchor: n, focus: n }))
      .filter((one) => one.start >= start && one.start < end)
      .slice(0, LETTERS.length)
      .map((one, n) => ({ ...one, name: `${number}${LETTERS[n]}` })),
  );
}
