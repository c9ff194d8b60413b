/* How the text looks to whoever writes it: its size is one of the person's reading settings, kept with the server; how
   wide the column is depends on the screen, and is kept in this browser under the person's name. */

import { csrfToken } from "../../outbox/send.js";
import { sayAloud } from "./aloud.js";
import { area, find, root } from "./page.js";

const page = document.documentElement;
const place = `assay.desk.width.${root?.dataset.person}`;
const NAMES = ["face", "size", "line", "letter", "tint", "marks", "aloud"];

const attribute = (name) => `data-reading-${name}`;

function showWidth(width) {
  root.dataset.width = width;
  find("comfort").querySelectorAll("[data-width-choice]").forEach((one) => {
    one.checked = one.value === width;
  });
}

function keepWidth(width) {
  showWidth(width);
  try {
    localStorage.setItem(place, width);
  } catch {
    sayAloud("This browser keeps no settings: the width holds until you leave.");
  }
}

function keptWidth() {
  try {
    return localStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}

/** Keep the size with the person's other reading settings; it is seen at once, whatever the network does. */
async function keepSize(size) {
  if (size) page.setAttribute(attribute("size"), size);
  else page.removeAttribute(attribute("size"));
  const settings = NAMES.map((name) => [name, page.getAttribute(attribute(name)) ?? ""]);
  try {
    const answer = await fetch(find("comfort").dataset.comfort, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: new URLSearchParams(settings),
      redirect: "error",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    find("comfort-said").textContent = "Kept, on every page.";
  } catch {
    find("comfort-said").textContent = "Seen here, but not kept: choose it again when your essay is saved.";
  }
}

function toggle(on = find("comfort").hidden) {
  find("comfort").hidden = !on;
  find("comfort-toggle").setAttribute("aria-expanded", String(on));
  if (on) find("comfort").querySelector("input:checked")?.focus();
}

/** Begin. */
export function startComfort() {
  const box = find("comfort");
  const size = page.getAttribute(attribute("size")) ?? "";
  box.querySelectorAll("[data-size-choice]").forEach((one) => {
    one.checked = one.value === size;
  });
  showWidth(keptWidth());
  find("comfort-toggle").addEventListener("click", () => toggle());
  box.addEventListener("change", (event) => {
    if (event.target.matches("[data-size-choice]")) keepSize(event.target.value);
    if (event.target.matches("[data-width-choice]")) keepWidth(event.target.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
    if (event.key !== "Escape") return;
    event.preventDefault();
    toggle(false);
    find("comfort-toggle").focus();
  });
  area.addEventListener("focus", () => !box.hidden && toggle(false));
  const counts = root.querySelector(".whatcounts");
  root.addEventListener("pointerdown", (event) => {
    if (!counts.contains(event.target)) counts.open = false;
  });
  counts.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !counts.open) return;
    event.preventDefault();
    counts.open = false;
  });
}
