/* What the desk says beside the text when it needs the person: sign in again, choose between two texts, time is over. */

import { countWords } from "./words.js";

const BEFORE = 60;
const SHOWN = 220;

const element = (name, className, text = "") => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

function button(text, primary, press) {
  const made = element("button", `btn btn-sm ${primary ? "btn-primary" : "btn-outline-secondary"}`, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function notice(tone, strong, text, ...more) {
  const box = element("div", `notice notice-${tone}`);
  const words = element("div");
  words.append(element("strong", "", strong), ` ${text}`, ...more);
  box.append(words);
  return box;
}

const actions = (...made) => {
  const row = element("div", "actions");
  row.append(...made);
  return row;
};

/** Give a stretch of `text` around the first place where it differs from `other`. */
export function excerpt(text, other) {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  const near = Math.max(0, at - BEFORE);
  const from = near && text.slice(near, at).search(/\s/u) >= 0 ? near + text.slice(near, at).search(/\s/u) + 1 : near;
  const stretch = text.slice(from, from + SHOWN).trim();
  return `${from > 0 ? "…" : ""}${stretch}${from + SHOWN < text.length ? "…" : ""}` || "(empty)";
}

function version(title, text, other, press, label, primary) {
  const words = countWords(text);
  const box = element("div", "version");
  box.append(
    element("h3", "", `${title}, ${words} ${words === 1 ? "word" : "words"}`),
    element("p", "serif", excerpt(text, other)),
    button(label, primary, press),
  );
  return box;
}

/** Let the person choose between this tab's text and the one the server has. */
export function choosePanel({ mine, theirs, shrank, keepMine, takeTheirs }) {
  const box = element("div");
  const pair = element("div", "statepair mt");
  pair.append(
    version(shrank ? "What is left here" : "This tab", mine, theirs, keepMine, "Go on with this text", !shrank),
    version(shrank ? "What was saved" : "Saved elsewhere", theirs, mine, takeTheirs, "Go on with this text", shrank),
  );
  const said = shrank
    ? notice("warn", "Most of your text vanished at once.", "Nothing is lost: both texts are kept. Choose which to go on with.")
    : notice(
        "warn",
        "This draft was changed elsewhere.",
        "Nothing is lost: choose which text to go on with. The other stays in History.",
      );
  box.append(said, pair);
  return box;
}

/** Ask the person to sign in again, beside the text; the words stay where they are. `open` opens a window for it. */
export function signInPanel({ address, open, again }) {
  const link = element("a", "btn btn-primary btn-sm", "Sign in again");
  link.href = address;
  link.target = "_blank";
  link.rel = "opener";
  link.addEventListener("click", (event) => {
    if (open(address)) event.preventDefault();
  });
  const text = "Nothing is lost: your words stay here, and go on from where they are once you are back. Keep this page open.";
  return notice("bad", "You are signed out.", text, actions(link, button("I am back: try again", false, again)));
}

const rescueButton = (rescue) => button("Download a rescue file", false, rescue);

/** Say where unsent words are, and offer the file that holds them. */
export function keptHerePanel({ rescue, refused }) {
  const text = refused
    ? "The server does not take your last words as they are. A rescue file holds them for your teacher."
    : "Your last words are sent by themselves as soon as that is possible.";
  return notice("warn", "Kept on this computer only. Do not sign off from it.", text, actions(rescueButton(rescue)));
}

/** Say that the browser keeps nothing for this page. */
export function onlyThisTabPanel({ rescue }) {
  const text = "This browser keeps nothing on the computer for this page. Leave the tab open until it says “Saved”.";
  return notice("warn", "Only this tab holds unsent words.", text, actions(rescueButton(rescue)));
}

/** Say that another tab writes, and let this one. */
export function readerPanel({ take }) {
  const text = "You can read here; what is written there appears here as it is saved.";
  return notice("warn", "This essay is open in another tab.", text, actions(button("Write here instead", true, take)));
}

/** Say what was found in the journal. */
export function broughtBackPanel({ words, beside }) {
  const count = `${words.toLocaleString("en-GB")} ${words === 1 ? "word" : "words"}`;
  const text = beside
    ? "Older words from another tab are kept beside your essay, in History."
    : `Your essay stands as you left it on this computer, ${count} long; the last of it had not reached the server.`;
  return notice("good", "Your unsent words are back.", text);
}

/** Say how near the text is to what can be kept. */
export const limitPanel = ({ length, most }) =>
  notice(
    "warn",
    "Your text is nearly as long as can be kept.",
    `It has ${length.toLocaleString("en-GB")} characters; ${most.toLocaleString("en-GB")} is the most.`,
  );

/** Say that words are no longer taken, and where the essay stands. */
export function endedPanel({ how, address }) {
  const link = element("a", "btn btn-primary btn-sm", "See where your essay stands");
  link.href = address;
  if (how === "submitted") {
    return notice("warn", "This essay is handed in.", "What you wrote here since is kept apart, in History.", actions(link));
  }
  const text = "What was saved in time is collected. What came later is kept apart, in History, for your teacher to decide.";
  return notice("warn", "The time is over.", text, actions(link));
}

/** Say that somebody else has signed in here, or that this page may not save. */
export const lockedPanel = ({ message }) =>
  notice("bad", "Nothing is saved from here now.", `${message} Your words stay in this page and on this computer, under your name.`);

/** Say that more time was given. */
export const moreTimePanel = ({ text }) => notice("good", "Your time has changed.", text);

/** Say that the text was brought up to date. */
export const refreshedPanel = () =>
  notice("good", "This is your newest text.", "It was saved in another tab or on another device after this page was opened.");
