/* On a phone sources, rubric and plan lie over the lower part of the screen; the address says which, so that none needs a
   script. The script keeps the desk within what is seen above the keyboard, and leads back to the text. */

import { area, root } from "./page.js";

const isPhone = matchMedia("(max-width: 55.99em)");
const isOpen = () => root.querySelector(".wdesk > aside .panel:target, .wdesk > aside :target") !== null;

/** Go back to the text where a sheet lies over it. */
export function closeSheet() {
  if (!isPhone.matches || !isOpen()) return;
  const { selectionStart, selectionEnd } = area;
  location.replace("#essay");
  area.focus({ preventScroll: true });
  area.setSelectionRange(selectionStart, selectionEnd);
}

/** Keep the desk as high as what is seen: a keyboard takes its room from the text, never from the save state. */
function fit() {
  const seen = window.visualViewport;
  const cut = isPhone.matches && seen.scale === 1 && innerHeight - seen.height > 60;
  root.style.setProperty("--seen", cut ? `${seen.height}px` : "");
  root.style.setProperty("--seen-top", cut ? `${seen.offsetTop}px` : "");
  root.classList.toggle("is-cramped", isPhone.matches && seen.height < 420);
}

/** Begin. */
export function startSheet() {
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !isPhone.matches || !isOpen()) return;
    event.preventDefault();
    closeSheet();
  });
  if (!window.visualViewport) return;
  ["resize", "scroll"].forEach((name) => window.visualViewport.addEventListener(name, fit));
  fit();
}
