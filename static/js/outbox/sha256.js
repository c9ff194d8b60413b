/* SHA-256 of a text in UTF-8, in hex. The browser's own where it lends it (secure pages only), else by FIPS 180-4. */

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Give the fractional bits of a root of the first primes, as the standard takes its constants. */
function primeBits(count, root) {
  const found = [];
  for (let n = 2; found.length < count; n += 1) {
    let prime = true;
    for (let d = 2; d * d <= n; d += 1) prime &&= n % d !== 0;
    if (prime) found.push(Math.floor((root(n) % 1) * 2 ** 32) | 0);
  }
  return found;
}

const START = primeBits(8, Math.sqrt);
const ROUND = primeBits(64, Math.cbrt);
const turn = (x, by) => (x >>> by) | (x << (32 - by));

function padded(bytes) {
  const length = (((bytes.length + 8) >> 6) + 1) << 6;
  const out = new DataView(new ArrayBuffer(length));
  bytes.forEach((byte, at) => out.setUint8(at, byte));
  out.setUint8(bytes.length, 0x80);
  out.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  out.setUint32(length - 4, (bytes.length << 3) >>> 0);
  return out;
}

function block(state, view, at) {
  const w = new Int32Array(64);
  for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(at + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const low = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
    const high = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
    w[i] = (w[i - 16] + low + w[i - 7] + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((value, i) => (value + state[i]) | 0);
}

function digest(bytes) {
  const view = padded(bytes);
  let state = START;
  for (let at = 0; at < view.byteLength; at += 64) state = block(state, view, at);
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => out.setInt32(i * 4, value));
  return new Uint8Array(out.buffer);
}

/** Work it out here, without the browser's help. */
export const sha256Here = (text) => hex(digest(new TextEncoder().encode(text)));

/** Give the HMAC (RFC 2104) of `text` under a key of at most 64 bytes, in hex, worked out here. */
export function hmacHere(key, text) {
  const words = new TextEncoder().encode(text);
  const around = (pad, bytes) => {
    const whole = new Uint8Array(64 + bytes.length).fill(pad, 0, 64);
    key.forEach((byte, i) => {
      whole[i] ^= byte;
    });
    whole.set(bytes, 64);
    return digest(whole);
  };
  return hex(around(0x5c, around(0x36, words)));
}

/** Give the hash of `text`. */
export async function sha256(text) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return sha256Here(text);
  return hex(new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
