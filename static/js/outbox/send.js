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
export const postJson = (url, payload) => post(url, JSON.stringify(payload), { "Content-Type": "application/json" });

/** Post a form the same way. */
export const postForm = (form) => post(form.action, new URLSearchParams(new FormData(form)), {});

async function post(url, body, headers) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { ...headers, Accept: "application/json", "X-CSRFToken": csrfToken() },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch {
    return { type: "unknown", body: {} };
  }
  return sorted(response.status, await bodyOf(response));
}

function sorted(status, body) {
  const message = body.message ?? "";
  if (status < 400) return { type: "answered", body };
  if (status === 409 && body.error === "conflict") return { type: "conflict", body };
  if (status === 401) return { type: "signedOut", body, message };
  if (status === 403) return { type: "forbidden", body, message: message || "You may not change this." };
  if (status === 429 || status >= 500) return { type: "unknown", body };
  return { type: "refused", body, message: message || "The server did not take it. Reload the page, then try again." };
}
