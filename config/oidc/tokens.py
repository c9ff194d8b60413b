"""Whether an ID token may be believed: signed by the provider, for us, for this sign-in, and fresh."""

from typing import Any

import jwt

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key only: "none" and shared secrets are refused whatever the token's header says."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
OLDEST = 600
"""Seconds since a token was made, at most."""


class UntrustedToken(Exception):
    """The token is not to be believed; the text says why, for the log."""


def read_token(
    token: str, *, keys: dict[str, Any], issuer: str, client: str, nonce: str, moment: float
) -> dict[str, Any]:
    """Give the claims of an ID token (OpenID Connect Core, 3.1.3.7). `keys` is the provider's JWK set.

    Raises UntrustedToken where signature, issuer, audience, authorised party, expiry, age or nonce are not as they
    must be.
    """
    try:
        key = _key_for(jwt.get_unverified_header(token), keys)
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key,
            algorithms=list(ALGORITHMS),
            audience=client,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise UntrustedToken(f"{type(error).__name__}: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client) != client:
        raise UntrustedToken("made for another party")
    if claims["iat"] < moment - OLDEST:
        raise UntrustedToken("made too long ago")
    if not nonce or claims.get("nonce") != nonce:
        raise UntrustedToken("made for another sign-in")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise UntrustedToken("names nobody")
    return claims


def _key_for(header: dict[str, Any], keys: dict[str, Any]) -> jwt.PyJWK:
    """Find the key that the token says it was signed with; the only one, where it does not say."""
    if header.get("alg") not in ALGORITHMS:
        raise UntrustedToken(f"signed with {header.get('alg')!r}")
    fit = [
        key
        for key in keys["keys"]
        if key.get("use", "sig") == "sig"
        and key.get("kty") != "oct"
        and header.get("kid", key.get("kid")) == key.get("kid")
    ]
    if len(fit) != 1:
        raise UntrustedToken("signed with a key the provider does not name")
    return jwt.PyJWK(fit[0], algorithm=header["alg"])
