/* One's own keys, kept with the person on the server. A change that cannot be sent waits in this browser and goes as soon
   as it can; nothing of it is about a student. */

import { postJson } from "../../outbox/send.js";

const placeOf = (person) => `assay.keys.${person}`;

function waiting(person) {
  try {
    const kept = JSON.parse(localStorage.getItem(placeOf(person)));
    return typeof kept?.on === "boolean" && typeof kept.keys === "object" ? kept : null;
  } catch {
    return null;
  }
}

function wait(person, settings) {
  try {
    if (settings) localStorage.setItem(placeOf(person), JSON.stringify(settings));
    else localStorage.removeItem(placeOf(person));
  } catch {
    /* storage is off: the change lasts as long as this page, unless the server has it */
  }
}

/** Begin with what the server gave, `{commands, settings}`. `changed` hears of new settings, `refused` of what the server
    does not take, with its sentence. */
export function makeKeys({ start, person, address, changed, refused }) {
  const map = { commands: start.commands, settings: waiting(person) ?? start.settings };
  let unsent = waiting(person);

  async function send() {
    const sent = unsent;
    if (!sent) return;
    const { type, message } = await postJson(address, sent);
    if (unsent !== sent || !["answered", "refused"].includes(type)) return;
    unsent = null;
    wait(person, null);
    if (type === "answered") return;
    map.settings = start.settings;
    changed();
    refused(message);
  }

  return {
    map,
    send,
    keep(settings) {
      map.settings = settings;
      unsent = settings;
      wait(person, settings);
      changed();
      return send();
    },
  };
}
