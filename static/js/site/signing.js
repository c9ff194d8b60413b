/* Signing in and out, on every page with a masthead: tell waiting desks who is here, and let nobody sign out over words
   that wait on this computer. Whether there are any is known without the key; the words are not. */

import { isUnsent, linesOf, openJournal } from "../outbox/journal.js";

const NO_DRAFT = "00000000-0000-0000-0000-000000000000";

const forms = document.querySelectorAll("[data-sign-out]");

async function unsentLine(person) {
  try {
    const journal = await openJournal();
    const lines = await linesOf(journal, person);
    journal.close();
    return lines.find(isUnsent) ?? null;
  } catch {
    return null;
  }
}

/** What waits: marks say the page to go back to, words are of a draft. */
function told(form, { thing, newest: { page } }) {
  if (page) {
    const text = "They have not reached the server. Open the paper and wait until it says “Saved”.";
    return { title: "Marks of yours wait on this computer.", text, back: "Back to marking", place: "the paper", href: page };
  }
  return {
    title: "Words of yours wait on this computer.",
    text: "They have not reached the server. Open your essay and wait until it says “Saved”.",
    back: "Back to your essay",
    place: "the essay",
    href: form.dataset.signOut.replace(NO_DRAFT, thing),
  };
}

function warn(form, line) {
  const { title, text, back: label, place, href } = told(form, line);
  const box = document.createElement("div");
  box.className = "notice notice-warn";
  const words = document.createElement("div");
  const strong = document.createElement("strong");
  strong.textContent = title;
  const row = document.createElement("div");
  row.className = "actions";
  const back = document.createElement("a");
  back.className = "btn btn-primary btn-sm";
  back.href = href;
  back.textContent = label;
  const out = document.createElement("button");
  out.type = "button";
  out.className = "btn btn-outline-secondary btn-sm";
  out.textContent = "Sign out all the same";
  out.addEventListener("click", () => {
    form.dataset.asked = "1";
    form.requestSubmit();
  });
  row.append(back, out);
  words.append(strong, ` ${text} If you sign out now, they stay here, sealed, until you open ${place} on this computer again.`, row);
  box.append(words);
  box.tabIndex = -1;
  document.querySelector("#notices").replaceChildren(box);
  box.focus();
}

forms.forEach((form) => {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.asked) return;
    event.preventDefault();
    const line = await unsentLine(form.dataset.person);
    if (line) {
      warn(form, line);
      return;
    }
    form.dataset.asked = "1";
    form.requestSubmit();
  });
});

if (forms.length && "BroadcastChannel" in globalThis) {
  const channel = new BroadcastChannel("assay.session");
  channel.postMessage({ person: forms[0].dataset.person });
  if (window.name === "assay-sign-in") window.close();
}
