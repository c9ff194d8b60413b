/* The numbers at the head of the desk: words against the range, and the time left by the server's clock. */

import { serverClock, timeLeft } from "./clock.js";
import { area, desk, find, say, text } from "./page.js";
import { limitPanel } from "./panels.js";
import { barLength, countWords } from "./words.js";

const MOST = 200000;
const NEAR = 0.95;
const MINUTE = 60000;

const serverNow = serverClock(desk.now);
let stopsAt = Date.parse(desk.stops);
let graceAt = Date.parse(desk.grace);
let late = Boolean(desk.late);

/** Show how many words there are, and warn before there are more than can be kept. */
export function showWords() {
  const words = countWords(text());
  find("words").textContent = words.toLocaleString("en-GB");
  find("done")?.setAttribute("width", String(barLength(words, Number(desk.least), Number(desk.most))));
  const { length } = area.value;
  say("limit", length > MOST * NEAR ? limitPanel({ length, most: MOST }) : null, "notes");
}

/** Show the time that is left. */
export function showClock() {
  const left = timeLeft(stopsAt - serverNow());
  const strong = document.createElement("strong");
  strong.textContent = left;
  if (left) find("clock").replaceChildren(...(late ? ["Late: ", strong, " until it closes"] : [strong, " left"]));
  else find("clock").textContent = late || stopsAt === graceAt - MINUTE ? "Time is over" : "Past due: hand in late";
}

/** Take over the moments that hold now. Tells whether there is more time than before. */
export function setTimes({ stops_at: stops, grace_until: grace, late: isLate }) {
  const more = Date.parse(grace) > graceAt;
  stopsAt = Date.parse(stops);
  graceAt = Date.parse(grace);
  late = isLate;
  showClock();
  return more;
}
