/* On a receipt: the journal of that draft has done its work where its newest words are the ones that were received. */

import { coveredBy, dropLines, linesOf, openJournal } from "../../outbox/journal.js";

const receipt = document.querySelector("[data-receipt]")?.dataset;

async function clear() {
  const journal = await openJournal();
  const lines = await linesOf(journal, receipt.person, receipt.draft);
  await dropLines(journal, coveredBy(lines, receipt.sha256));
  journal.close();
}

if (receipt) clear().catch(() => undefined); // no journal here: nothing to clear
