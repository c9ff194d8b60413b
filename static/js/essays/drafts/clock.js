/* The time that is left by the server's clock: changing the computer's own has no effect. */

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
