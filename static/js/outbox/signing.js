/* Signing in again beside the work: in a window of its own, which tells when somebody is back. The person never leaves. */

const WINDOW = "assay-sign-in";

/** Open the sign-in page in a small window; false where the browser does not let it, and a link has to do. */
export function openSignIn(address) {
  return Boolean(window.open(address, WINDOW, "popup,width=520,height=720"));
}

/** Call `back` with the person's id when a page of this browser says that somebody is signed in. */
export function whenSignedIn(back) {
  if (!("BroadcastChannel" in globalThis)) return;
  new BroadcastChannel("assay.session").addEventListener("message", ({ data }) => back(data.person));
}
