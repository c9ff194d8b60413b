/* Words in the journal that never reached the server: which of them go into the editor, and which beside it. */

/** Sort what other tabs left behind, oldest first, against what the server has as the head.

    `known`: the server has these words, or newer ones of the same save. `main`: the one for the editor – built on the
    head, else the newest. `beside`: the others; the server keeps them as branches. */
export function sortLeft(left, { head, sha256, key }) {
  const isKnown = (one) => one.sha256 === sha256 || (key !== "" && one.key === key);
  const open = left.filter((one) => !isKnown(one));
  const straight = open.filter((one) => one.base === head || (key !== "" && one.follows === key));
  const main = straight.at(-1) ?? open.at(-1) ?? null;
  return { known: left.filter(isKnown), main, straight: straight.includes(main), beside: open.filter((one) => one !== main) };
}
