/* The keys of the marking desk: what each does, how they are remapped or switched off, and how a criterion is named
   by typing. Pure but for the two functions that read and keep the settings. */

export const COMMANDS = [
  { name: "notAttempted", key: "x", says: "Not attempted" },
  { name: "restNotAttempted", key: "X", says: "The rest of this strand not attempted" },
  { name: "unmark", key: "Backspace", says: "Unmarked again" },
  { name: "down", key: "j", says: "Next criterion" },
  { name: "up", key: "k", says: "Criterion before" },
  { name: "sentenceOn", key: "]", says: "Next sentence" },
  { name: "sentenceBack", key: "[", says: "Sentence before" },
  { name: "extendOn", key: "}", shows: "Shift ]", says: "Passage longer by a sentence" },
  { name: "extendBack", key: "{", shows: "Shift [", says: "Passage back by a sentence" },
  { name: "tie", key: "h", says: "Tie the passage to the open criterion" },
  { name: "tieAgainst", key: "H", says: "Tie it as counter-evidence" },
  { name: "tieTo", key: "t", says: "Then a name (e7, r6): open that criterion and tie the passage" },
  { name: "comment", key: "c", says: "Write a comment; Escape leaves it" },
  { name: "bank", key: "/", says: "Comment bank" },
  { name: "undo", key: "u", says: "Undo" },
  { name: "flag", key: "f", says: "Flag this paper" },
  { name: "goOn", key: "Enter", says: "Next criterion to mark, or finish and next paper" },
  { name: "nextPaper", key: "n", says: "Next paper" },
  { name: "paperBefore", key: "b", says: "Paper before" },
  { name: "prompt", key: "p", says: "Prompt" },
  { name: "sources", key: "s", says: "Sources" },
  { name: "exemplars", key: "e", says: "Exemplars at this level" },
  { name: "keys", key: "?", says: "This key map" },
];

export const DEFAULTS = { on: true, keys: {} };
const PLACE = "assay.marking.keys";

export function readSettings(storage) {
  try {
    const kept = JSON.parse(storage.getItem(PLACE));
    return { on: kept?.on !== false, keys: { ...kept?.keys } };
  } catch {
    return { ...DEFAULTS, keys: {} };
  }
}

export function keepSettings(storage, settings) {
  try {
    storage.setItem(PLACE, JSON.stringify(settings));
  } catch {
    /* storage is off: the choice lasts for this page */
  }
}

export const keyOf = (command, settings) => settings.keys[command.name] ?? command.key;

/** Say why a key cannot be given to a command, or nothing. */
export function remapProblem(name, key, settings) {
  if (/^\d$/.test(key)) return "Digits set levels. Choose another key.";
  if (["Tab", "Escape", "Shift", "Control", "Alt", "Meta", "AltGraph", " "].includes(key)) {
    return "That key is needed to move about the page. Choose another.";
  }
  const other = COMMANDS.find((one) => one.name !== name && keyOf(one, settings) === key);
  return other ? `“${key}” already does this: ${other.says}. Choose another.` : "";
}

const FIELDS = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

/** Tell whether keys typed here are text. */
export const isField = (target) => Boolean(target?.closest?.(FIELDS));

/** Give what a key press asks for: `{name}`, `{name: "digit", digit}`, or nothing. */
export function commandOf(event, settings) {
  if (!settings.on || event.isComposing || event.metaKey) return null;
  const altGraph = event.getModifierState?.("AltGraph");
  if ((event.ctrlKey || event.altKey) && !altGraph) return null;
  if (/^\d$/.test(event.key)) return { name: "digit", digit: Number(event.key) };
  const found = COMMANDS.find((one) => keyOf(one, settings) === event.key);
  if (found) return { name: found.name };
  const shifted = { "[": "extendBack", "]": "extendOn" }[event.key];
  return event.shiftKey && shifted ? { name: shifted } : null;
}

/** Match what was typed after `t` with criterion keys: what could still be meant, and what surely is. */
export function nameMatches(keys, typed) {
  const sought = typed.toLowerCase();
  const matches = keys.filter((key) => key.toLowerCase().startsWith(sought));
  const only = matches.length === 1 && typed !== "";
  const exact = matches.find((key) => key.toLowerCase() === sought);
  return { matches, done: only && exact ? exact : null, exact: exact ?? (only ? matches[0] : null) };
}
