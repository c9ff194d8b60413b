/* The keys of the marking desk: which command a key press asks for, and which keys somebody may give away. Pure.

   `map` is `{commands, settings}`: the commands as the server lists them, and `{on, keys}`, the keys that were changed.
   The server holds the same rules (`marking/pure/keys.py`); this copy answers where there is no network. */

/** Give a command's key; nothing where somebody gave its own key to another command. */
export function keyOf({ settings: { keys } }, command) {
  return keys[command.name] ?? (Object.values(keys).includes(command.key) ? "" : command.key);
}

/** Give a command's key as it is written on the page. */
export const written = (map, command) =>
  map.settings.keys[command.name] ?? (keyOf(map, command) && (command.shows || command.key));

const LONGEST = 20;
const NEEDED = ["Tab", "Escape", "Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "Process", "Unidentified", " "];

/** Say why a key cannot be given to a command, or nothing. */
export function remapProblem(map, name, key) {
  if (/^[0-9]$/.test(key)) return "Digits set levels. Choose another key.";
  if (!key || key.length > LONGEST || /\p{C}/u.test(key) || NEEDED.includes(key)) {
    return "That key is needed to move about the page. Choose another.";
  }
  const other = map.commands.find((one) => one.name !== name && keyOf(map, one) === key);
  return other ? `“${key}” already does this: ${other.says}. Choose another.` : "";
}

const FIELDS = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

/** Tell whether keys typed here are text. */
export const isField = (target) => Boolean(target?.closest?.(FIELDS));

/** The digit of a key press: by its sign, or by its place where the row of digits gives other signs without Shift. */
function digitOf(event, altGraph) {
  if (/^\d$/.test(event.key)) return Number(event.key);
  const place = /^Digit(\d)$/.exec(event.code ?? "");
  return place && !event.shiftKey && !altGraph ? Number(place[1]) : null;
}

/** Give what a key press asks for: `{name}`, `{name: "digit", digit}`, or nothing. */
export function commandOf(event, map) {
  if (!map.settings.on || event.isComposing || event.metaKey) return null;
  const altGraph = Boolean(event.getModifierState?.("AltGraph"));
  if ((event.ctrlKey || event.altKey) && !altGraph) return null;
  const found = map.commands.find((one) => keyOf(map, one) === event.key);
  if (found) return { name: found.name };
  const digit = digitOf(event, altGraph);
  if (digit !== null) return { name: "digit", digit };
  const shifted = { "[": "extendBack", "]": "extendOn" }[event.key];
  return event.shiftKey && shifted ? { name: shifted } : null;
}
