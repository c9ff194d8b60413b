/* `t` and a criterion's name: what is typed is matched as it comes, and taken once it can mean nothing else. */

import { h } from "./elements.js";
import { nameMatches } from "./keys.js";

const SHOWN = 8;

/** `take(key)` is called with the criterion that was named; `say` with what matches nothing. */
export function makeNaming(box, rubric, { take, say }) {
  let typed = null;
  const keys = () => rubric().criteria.map((one) => one.key);

  function draw() {
    box.hidden = typed === null;
    if (typed === null) return box.replaceChildren();
    const { matches } = nameMatches(keys(), typed);
    const name = (key) => h("span", {}, h("b", {}, key), ` ${rubric().byKey[key].short_name}`);
    const more = matches.length > SHOWN ? [h("span", {}, `and ${matches.length - SHOWN} more`)] : [];
    const sought = h("kbd", { class: "key" }, typed || "…");
    return box.replaceChildren(h("span", {}, "Tie to "), sought, ...matches.slice(0, SHOWN).map(name), ...more);
  }

  function set(value) {
    typed = value;
    draw();
  }

  function chosen(key) {
    set(null);
    take(key);
  }

  return {
    isOn: () => typed !== null,
    begin: () => set(""),
    stop: () => set(null),
    key(event) {
      event.preventDefault();
      if (event.key === "Escape") return set(null);
      if (event.key === "Backspace") return set(typed.slice(0, -1));
      if (event.key === "Enter") {
        const { exact } = nameMatches(keys(), typed);
        return exact ? chosen(exact) : null;
      }
      if (event.key.length !== 1) return null;
      const { matches, done } = nameMatches(keys(), typed + event.key);
      if (!matches.length) return say(`No criterion begins with ${typed}${event.key}.`);
      return done ? chosen(done) : set(typed + event.key);
    },
  };
}
