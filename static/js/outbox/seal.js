/* Sealing a text with a key that only the page's memory holds: AES-256-GCM, where the browser lends it (secure pages only). */

const IV_BYTES = 12;

/** Tell whether this page can seal anything. */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

/** Give the bytes that `base64` stands for. */
export const bytesOf = (base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

/** Write bytes in base64. */
export function base64Of(bytes) {
  let signs = "";
  for (let at = 0; at < bytes.length; at += 8192) signs += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(signs);
}

/** Make a key of 32 bytes ready for use; it cannot be read out again. */
export const sealingKey = (bytes) => crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);

const meant = (iv, about) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(about) });

/** Seal `text`; it opens only together with the same words `about` it. Gives `{iv, ciphertext}` in bytes. */
export async function seal(key, text, about) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(meant(iv, about), key, new TextEncoder().encode(text));
  return { iv, ciphertext: new Uint8Array(sealed) };
}

/** Open what `seal` made. Throws where anything of it was changed. */
export async function unseal(key, { iv, ciphertext }, about) {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await crypto.subtle.decrypt(meant(iv, about), key, ciphertext));
}
