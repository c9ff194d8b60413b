/* One save on its way, and what its answer means to the draft. The protocol: docs/ARCHITECTURE.md, "A draft is saved". */

import { csrfToken } from "../../outbox/send.js";
import { sha256 } from "../../outbox/sha256.js";

const LONGEST_WAIT = 20000;
const KEEPALIVE_BYTES = 60000;
const TAB = Math.random().toString(36).slice(2, 10);

/** Put a fresh token where every request of the page takes it from: signing in again elsewhere has changed it. */
export function useToken(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => {
    field.value = token;
  });
}

/** Fetch what the server has: `{status, body}`, status 0 where there is no answer. */
export async function getHead(desk, only = "") {
  try {
    const response = await fetch(`${desk.address}${only}`, {
      headers: { Accept: "application/json", "X-Assay-User": desk.person },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    const body = await response.json();
    if (response.ok) useToken(body.csrf);
    return { status: response.status, body };
  } catch {
    return { status: 0, body: {} };
  }
}

async function put(desk, body) {
  try {
    const response = await fetch(desk.address, {
      method: "PUT",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-Assay-User": desk.person,
        "X-CSRFToken": csrfToken(),
      },
      body,
      keepalive: document.visibilityState === "hidden" && new Blob([body]).size < KEEPALIVE_BYTES,
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    return { status: response.status, body: await response.json(), after: Number(response.headers.get("Retry-After")) };
  } catch {
    return { status: 0, body: {} };
  }
}

/** Send one text and give the event that its answer means. `at` and `said` tell the time to the page and the person. */
export async function save(desk, { base, items }, { at, said, key, text }) {
  const [item] = items;
  const hash = await sha256(item.value);
  const sent = { base, key: item.key, text: item.value, sha256: hash, intent: item.intent };
  const body = JSON.stringify({ ...sent, tab: TAB, client_ts: new Date().toISOString() });
  let answer = await put(desk, body);
  if (answer.status === 403 && answer.body.error === "csrf") {
    const head = await getHead(desk);
    answer = head.status === 200 ? await put(desk, body) : head;
  }
  return eventOf(answer, hash, { at: at(), said: said(), key: key(), text: text() });
}

function eventOf({ status, body }, hash, { at, said, key, text }) {
  const message = body.message ?? "";
  switch (status) {
    case 200:
    case 201:
      if (body.sha256 === hash) return { type: "kept", rev: body.rev, sha256: hash, said, at };
      return { type: "unknown" };
    case 202:
      return { type: "ended", how: "late" };
    case 409:
      return { type: "beside", head: body.head, headSha: body.head_sha, shrank: false, key, text };
    case 422:
      if (body.error === "key_reuse") return { type: "keyUsed", key };
      if (body.error === "suspicious_shrink") {
        return { type: "beside", head: body.head, headSha: body.head_sha, shrank: true, key, text };
      }
      return { type: "refused", message };
    case 423:
      return { type: "ended", how: "submitted", receipt: body.receipt };
    case 401:
      return body.error === "other_user" ? { type: "forbidden", message } : { type: "signedOut" };
    case 403:
    case 404:
      return { type: "forbidden", message: message || "You may not write here." };
    case 400:
    case 413:
    case 415:
      return { type: "refused", message };
    default:
      return { type: "unknown" };
  }
}
