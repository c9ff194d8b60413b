/* The rescue file: the words of this tab, sealed for this draft and this person, when nothing else works. Needs no network. */

import { base64Of, canSeal, seal, sealingKey } from "../../outbox/seal.js";
import { hmacHere } from "../../outbox/sha256.js";
import { countWords } from "./words.js";

export const FORMAT = "assay-rescue-1";

/** Give the file's name: it tells one draft from another. */
export const rescueName = (draft) => `essay-${draft.slice(0, 8)}.assay`;

/** Write the file's words. `key` is the journal's, in bytes; where the page cannot seal, they stand open with a mark on them. */
export async function rescueOf({ key, draft, person, base, text, madeAt }) {
  const about = [FORMAT, draft, person, base, madeAt].join("|");
  const facts = { format: FORMAT, draft, person, base, made_at: madeAt, words: countWords(text) };
  if (!canSeal()) return JSON.stringify({ ...facts, text, mac: hmacHere(key, `${about}|${text}`) });
  const { iv, ciphertext } = await seal(await sealingKey(key), text, about);
  return JSON.stringify({ ...facts, iv: base64Of(iv), ciphertext: base64Of(ciphertext) });
}

/** Let the person keep the file. */
export async function downloadRescue(facts) {
  const words = await rescueOf({ ...facts, madeAt: new Date().toISOString() });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([words], { type: "application/json" }));
  link.download = rescueName(facts.draft);
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
