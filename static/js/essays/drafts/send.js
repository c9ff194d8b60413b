/* One save on its way, and what its answer means to the draft. The protocol: docs/ARCHITECTURE.md, "A draft is saved". */

import { csrfToken, useToken } from "../../outbox/send.js";
import { sha256, sha256Here } from "../../outbox/sha256.js";
import { TAB } from "./page.js";

const LONGEST_WAIT = 25000;
const KEEPALIVE_BYTES = 60 * 1024;
const PACK_FROM = 8 * 1024;
const LONGEST_AFTER = 120;

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

const isHidden = () => document.visibilityState === "hidden";

async function packed(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What goes over the wire: packed where it is long, unless the page may be gone before it is packed. */
async function parcel(bytes) {
  const plain = { body: bytes, packing: {} };
  if (bytes.length <= PACK_FROM || !("CompressionStream" in globalThis)) return plain;
  try {
    return { body: await packed(bytes), packing: { "Content-Encoding": "gzip" } };
  } catch {
    return plain;
  }
}

async function put(desk, { body, packing }) {
  try {
    const response = await fetch(desk.address, {
      method: "PUT",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-Assay-User": desk.person,
        "X-CSRFToken": csrfToken(),
        ...packing,
      },
      body,
      keepalive: isHidden() && body.length <= KEEPALIVE_BYTES,
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    return { status: response.status, body: await response.json(), after: response.headers.get("Retry-After") };
  } catch (error) {
    return { status: error instanceof SyntaxError ? 502 : 0, body: {} };
  }
}

/** Send one text and give the event that its answer means; `key` makes a new key. A page that is being left calls
    `fetch` before it lets go, so that the browser can carry it out afterwards. */
export async function save(desk, { base, items }, { at, said, key }) {
  const [item] = items;
  const brief = isHidden() && item.value.length < KEEPALIVE_BYTES / 2;
  const hash = brief ? sha256Here(item.value) : await sha256(item.value);
  const sent = { base, key: item.key, text: item.value, sha256: hash, intent: item.intent, tab: TAB };
  const body = JSON.stringify({ ...sent, client_ts: new Date(item.written || Date.now()).toISOString() });
  const bytes = new TextEncoder().encode(body);
  const whole = brief ? { body: bytes, packing: {} } : await parcel(bytes);
  let answer = await put(desk, whole);
  if (answer.status === 403 && answer.body.error === "csrf") {
    const head = await getHead(desk, "?times");
    answer = head.status === 200 ? await put(desk, whole) : head;
    if (answer.status === 403 && answer.body.error === "csrf") answer = { status: 401, body: {} };
  }
  return eventOf(answer, hash, { at: at(), said: said(), key: key() });
}

/** Read Retry-After: seconds, or a date. */
export function secondsOf(after, now = Date.now()) {
  if (!after) return 0;
  const seconds = /^\d+$/.test(after.trim()) ? Number(after) : (Date.parse(after) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(LONGEST_AFTER, Math.max(0, seconds)) : 0;
}

/** Say what an answer means: the event for the reducer. `stored` tells whether the server has these words now. */
export function eventOf({ status, body, after }, hash, { at, said, key }) {
  const message = body.message ?? "";
  switch (status) {
    case 200:
    case 201:
      if (body.sha256 !== hash) return { type: "damaged", key };
      return { type: "kept", rev: body.rev, sha256: hash, said, at, pace: body.next_save_ms, stored: true };
    case 202:
      return { type: "keptApart", how: "late", said, at, stored: true };
    case 409:
      return { type: "beside", head: body.head, headSha: body.head_sha, shrank: false, key, stored: true };
    case 422:
      if (body.error === "key_reuse") return { type: "keyUsed", key };
      if (body.error === "suspicious_shrink") {
        return { type: "beside", head: body.head, headSha: body.head_sha, shrank: true, key, stored: true };
      }
      return { type: "refused", message };
    case 423:
      return { type: "keptApart", how: "submitted", receipt: body.receipt, said, at, stored: true };
    case 401:
      return body.error === "other_user" ? { type: "forbidden", message, otherUser: true } : { type: "signedOut" };
    case 403:
    case 404:
      return { type: "forbidden", message: message || "You may not write here." };
    case 400:
      return body.error === "damaged" ? { type: "damaged", key } : { type: "refused", message };
    case 413:
    case 415:
      return { type: "refused", message };
    case 429:
    case 503:
      return { type: "busy", after: secondsOf(after), at };
    default:
      return { type: "unknown", why: status ? "server" : "network" };
  }
}
