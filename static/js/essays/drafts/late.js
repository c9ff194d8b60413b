/* On the page of an essay that is not written on any more: words that never reached the server go there now. They are kept
   apart, and the page says so. */

import { newKey } from "../../outbox/keys.js";
import { bytesOf } from "../../outbox/seal.js";
import { startKeeping } from "../../outbox/keeping.js";
import { TAB } from "./page.js";
import { save } from "./send.js";

const notice = document.querySelector("[data-left]");
const page = { ...notice?.dataset };

async function send(keeper, one) {
  const item = { key: one.key, value: one.text, intent: one.intent, written: one.at };
  const event = await save(page, { base: one.base, items: [item] }, { at: () => 0, said: () => "", key: newKey });
  if (event.stored) keeper.acknowledgeLine(one.line, one.seq);
  if (event.type === "keyUsed") return send(keeper, { ...one, key: event.key });
  return Boolean(event.stored);
}

async function start() {
  const place = { person: page.person, thing: page.draft, tab: TAB };
  const journalKey = bytesOf(page.journalKey);
  const keeper = await startKeeping({ place, journalKey, mayBePlain: Boolean(page.journalPlain), told() {} });
  const left = await keeper.leftBehind();
  left.filter((one) => one.sha256 === page.sha256).forEach((one) => keeper.acknowledgeLine(one.line, one.seq));
  const open = left.filter((one) => one.sha256 !== page.sha256);
  let sent = 0;
  for (const one of open) sent += (await send(keeper, one)) ? 1 : 0;
  notice.hidden = open.length === 0;
  notice.querySelector("[data-left-sent]").hidden = sent === 0;
  notice.querySelector("[data-left-waiting]").hidden = sent === open.length;
}

if (notice) {
  delete notice.dataset.journalKey;
  start();
}
