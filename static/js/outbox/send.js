/* One request to the server, and what its answer means to an outbox. */

const LONGEST_WAIT = 20000;

/** Read the token that every form of the page carries. */
export function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

async function bodyOf(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

/** Post JSON and sort the answer: `{type, body}`, type one of answered, conflict, refused, signedOut, forbidden,
    unknown. Unknown is every case in which the server may or may not have kept what was sent. */
export async function postJson(url, payload) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(payload),
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch {
    return { type: "unknown", body: {} };
  }
  const body = await bodyOf(response);
  const message = body.message ?? body.detail ?? "";
  if (response.ok) return { type: "answered", body };
  if (response.status === 409 && body.error === "conflict") return { type: "conflict", body };
  if (response.status === 401) return { type: "signedOut", body, message };
  if (response.status === 403) return { type: "forbidden", body, message: message || "You may not change this." };
  if (response.status === 429 || response.status >= 500) return { type: "unknown", body };
  return { type: "refused", body, message: message || "The server did not take it. Reload the page, then try again." };
}

/** Fetch JSON; nothing where that fails. */
export async function getJson(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
