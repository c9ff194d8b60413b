/* One request to the server, and what its answer means to an outbox. */

const LONGEST_WAIT = 20000;
const KEEPALIVE_BYTES = 60 * 1024;

let speaker = { person: "", fresh: "" };

/** Name who the page's requests are from, so that the server takes none for somebody else who signed in meanwhile; `fresh`
    is an address whose JSON holds a fresh token, for when signing in again has changed it. */
export function speakFor(person, fresh) {
  speaker = { person, fresh };
}

/** Read the token that every form of the page carries. */
export function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

/** Put a fresh token where every request of the page takes it from: signing in again elsewhere has changed it. */
export function useToken(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => {
    field.value = token;
  });
}

/** Read what was answered; null where it is no JSON, as of whatever stands between page and server. */
async function bodyOf(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

const asked = () => ({ Accept: "application/json", ...(speaker.person ? { "X-Assay-User": speaker.person } : {}) });

/** Post JSON and sort the answer: `{type, body}`, type one of answered, conflict, refused, signedOut, otherUser,
    forbidden, unknown. Unknown is every case in which the server may or may not have kept what was sent. */
export const postJson = (url, payload, headers = {}) =>
  post(url, JSON.stringify(payload), { "Content-Type": "application/json", ...headers });

/** Post a form the same way. */
export const postForm = (form) => post(form.action, new URLSearchParams(new FormData(form)).toString(), { "Content-Type": "application/x-www-form-urlencoded" });

async function post(url, body, headers, isAgain = false) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { ...headers, ...asked(), "X-CSRFToken": csrfToken() },
      body,
      keepalive: document.visibilityState === "hidden" && body.length <= KEEPALIVE_BYTES,
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch {
    return { type: "unknown", body: {} };
  }
  const read = await bodyOf(response);
  if (read === null && response.ok) return { type: "unknown", body: {} };
  const told = read ?? {};
  if (response.status !== 403 || told.error !== "csrf" || !speaker.fresh || isAgain) return sorted(response.status, told);
  const { status, body: fresh } = await fetchJson(speaker.fresh);
  return status === 200 ? post(url, body, headers, true) : sorted(status || 503, fresh);
}

function sorted(status, body) {
  const message = body.message ?? "";
  if (status < 400) return { type: "answered", body };
  if (status === 409 && body.error === "conflict") return { type: "conflict", body };
  if (status === 401) return { type: body.error === "other_user" ? "otherUser" : "signedOut", body, message };
  if (status === 403) return { type: "forbidden", body, message: message || "You may not change this." };
  if (status === 429 || status >= 500) return { type: "unknown", body };
  return { type: "refused", body, message: message || "The server did not take it. Reload the page, then try again." };
}

/** Fetch JSON: `{status, body}`, status 0 where there is no answer. A token in it is taken over. */
export async function fetchJson(url) {
  try {
    const response = await fetch(url, { headers: asked(), redirect: "error", signal: AbortSignal.timeout(LONGEST_WAIT) });
    const body = (await bodyOf(response)) ?? {};
    if (response.ok && body.csrf) useToken(body.csrf);
    return { status: response.status, body };
  } catch {
    return { status: 0, body: {} };
  }
}
