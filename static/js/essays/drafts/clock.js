/* The time that is left by the server's clock, and when to warn: changing the computer's own has no effect. */

const MINUTE = 60000;
const DAY = 86400000;

/** Say milliseconds as the server does (essays/pure/time_left.py): "41 min", "2 h 5 min", "3 days"; "" once over. */
export function timeLeft(left) {
  if (left <= 0) return "";
  if (left >= 2 * DAY) return `${Math.floor(left / DAY)} days`;
  const minutes = Math.ceil(left / MINUTE);
  const hours = Math.floor(minutes / 60);
  if (!hours) return `${minutes} min`;
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

/** Give a function that tells the server's time in milliseconds, from one moment it gave. */
export function serverClock(moment) {
  const then = Date.parse(moment) - performance.now();
  return () => then + performance.now();
}

/** The warnings, in minutes before a moment. */
export const LADDER = [60, 10, 1];

/** Give the warnings that are still to come for a moment `left` milliseconds away. */
export const armedFor = (left) => LADDER.filter((step) => left > step * MINUTE);

/** Take the next look at the ladder: `{step, armed}`, the warning that is due now (0: none) and those still to come.
    Where a computer slept through several, only the last of them is due. */
export function climb(armed, left) {
  const passed = armed.filter((step) => left <= step * MINUTE);
  if (left <= 0 || !passed.length) return { step: 0, armed: left <= 0 ? [] : armed };
  return { step: Math.min(...passed), armed: armed.filter((step) => !passed.includes(step)) };
}
