/* A question that is answered by typing: `t` and a criterion's name, `q` or `g` and a place in the essay. What is typed is
   matched as it comes, and taken once it can mean nothing else. The matching is pure. */

import { h } from "./elements.js";

const SHOWN = 8;

/** Match what was typed with names: what could still be meant, what surely is (`done`), and what Enter takes (`exact`). */
export function matchNames(names, typed) {
  const sought = typed.toLowerCase();
  const matches = names.filter((name) => name.toLowerCase().startsWith(sought));
  const only = matches.length === 1 && typed !== "";
  const exact = matches.find((name) => name.toLowerCase() === sought);
  return { matches, done: only && exact ? exact : null, exact: exact ?? (only ? matches[0] : null) };
}

/** `say` tells what matches nothing. */
export function makeAsking(box, { say }) {
  let asked = null;
  let typed = "";

  function draw() {
    box.hidden = !asked;
    if (!asked) return box.replaceChildren();
    const { matches } = matchNames(asked.names, typed);
    asked.narrowed?.(matches);
    const more = matches.length > SHOWN ? [h("span", {}, `and ${matches.length - SHOWN} more`)] : [];
    const shown = asked.show ? [...matches.slice(0, SHOWN).map(asked.show), ...more] : [];
    return box.replaceChildren(h("span", {}, `${asked.title} `), h("kbd", { class: "key" }, typed || "…"), ...shown);
  }

  function stop() {
    asked?.narrowed?.([]);
    asked = null;
    draw();
  }

  function take(name) {
    const { take: taken } = asked;
    stop();
    taken(name);
  }

  return {
    isOn: () => asked !== null,
    stop,
    /** Ask `{title, names, none, take}`; `show` draws a name that is still possible, `narrowed` hears of all of them. */
    begin(question) {
      asked = question;
      typed = "";
      draw();
    },
    key(event) {
      event.preventDefault();
      if (event.key === "Escape") return stop();
      const { matches, done, exact } = matchNames(asked.names, event.key.length === 1 ? typed + event.key : typed);
      if (event.key === "Enter") return exact ? take(exact) : null;
      if (event.key === "Backspace") typed = typed.slice(0, -1);
      else if (event.key.length !== 1) return null;
      else if (!matches.length) return say(asked.none(typed + event.key));
      else if (done) return take(done);
      else typed += event.key;
      return draw();
    },
  };
}
