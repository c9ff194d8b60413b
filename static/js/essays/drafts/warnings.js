/* What the desk says as time runs short: an hour, ten minutes and a minute before, each once, and when grace begins.

   Goes by the server's clock. The desk tells what the server said last with `assay:times` on its root; where a moment
   has moved, as by an extension, the warnings before it are to come again. */

import { armedFor, climb, serverClock, timeLeft } from "./clock.js";
import { root } from "./page.js";

const TICK = 1000;
const SHORT = 10 * 60000;
const GRACE = 60000;

const said = root?.querySelector("[data-warning-said]");
const box = root?.querySelector("[data-warning]");

let now;
let stops;
let grace;
let armed;
let inGrace = false;
let resting = false;

/** Take over the moments that hold. A moment that stays keeps what was said of it. */
function set(times) {
  now = serverClock(times.now);
  grace = Date.parse(times.grace_until);
  const moment = Date.parse(times.stops_at);
  if (moment !== stops || Boolean(times.resting) !== resting) {
    resting = Boolean(times.resting);
    stops = moment;
    inGrace = false;
    armed = resting ? [] : armedFor(stops - now());
    clear();
  }
  look();
}

function look() {
  const left = stops - now();
  const next = climb(armed, left);
  armed = next.armed;
  if (next.step) show(`${timeLeft(left)} ${endsWriting() ? "left" : "until it is due"}.`, consequence(), left <= SHORT);
  root.querySelector(".timeleft")?.classList.toggle("is-short", !resting && left > 0 && left <= SHORT);
  if (left <= 0 && now() < grace && endsWriting() && !inGrace && !resting) {
    inGrace = true;
    show("Your time is over.", "For one more minute, what is still on its way is taken as it comes.", true);
  }
  if (now() >= grace) clear();
}

/** Whether writing stops at the moment the clock runs to; otherwise that is only when it is due. */
const endsWriting = () => stops === grace - GRACE;

function consequence() {
  if (!endsWriting()) return "You can hand in after that too, but then it is late.";
  if (root.dataset.stands) return "Then writing stops, and what you handed in before stands.";
  return "Then writing stops, and what is saved is collected. Hand in before that if you want to declare it.";
}

function show(strong, words, isShort) {
  box.querySelector("[data-warning-strong]").textContent = strong;
  box.querySelector("[data-warning-words]").textContent = words;
  box.classList.toggle("notice-warn", isShort);
  box.hidden = false;
  said.textContent = `${strong} ${words}`;
}

function clear() {
  box.hidden = true;
  said.textContent = "";
}

if (root && box) {
  const { now: at, stops: stopsAt, grace: graceAt } = root.dataset;
  set({ now: at, stops_at: stopsAt, grace_until: graceAt });
  root.addEventListener("assay:times", (event) => set(event.detail));
  box.querySelector("button").addEventListener("click", () => {
    box.hidden = true;
    root.querySelector("#essay")?.focus();
  });
  setInterval(look, TICK);
}
