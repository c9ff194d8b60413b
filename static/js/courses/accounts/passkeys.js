/* Passkeys: the button shows where the browser can, and a sentence says it where the device would not.
   The asking and the encoding are allauth's own scripts. */

const SAID = {
  NotAllowedError: "Nothing happened: the device was not asked, was cancelled, or took too long. Try again.",
  InvalidStateError: "This device holds a passkey for your account already.",
  SecurityError: "Passkeys work only on this site's own address with HTTPS.",
};

const can = Boolean(window.PublicKeyCredential && navigator.credentials);

for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = !can;
for (const part of document.querySelectorAll("[data-without-passkeys]")) part.hidden = can;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.querySelector("[data-passkey-says]");
  if (place) place.textContent = SAID[event.detail.exception?.name] ?? "The passkey did not work this time. Try again.";
});
