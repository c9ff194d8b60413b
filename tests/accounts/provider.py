"""An OpenID Connect provider on 127.0.0.1, for tests: discovery, authorize, token, keys and userinfo.

It signs the next person named in `person` in without asking. Its fields change what it says: claims, key, answers.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "assay", "a secret of the school"
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What the provider knows and says. `asked` holds each request for a sign-in, `used` the codes given back."""

    issuer: str = ""
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    person: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    sign: Callable[["Provider", dict[str, Any]], str] | None = None
    userinfo: dict[str, Any] | None = None
    described: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def description(self) -> dict[str, Any]:
        places = {name: f"{self.issuer}/{name}" for name in ("authorize", "token", "keys", "userinfo")}
        return {
            "issuer": self.issuer,
            "authorization_endpoint": places["authorize"],
            "token_endpoint": places["token"],
            "jwks_uri": places["keys"],
            "userinfo_endpoint": places["userinfo"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.described,
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def token(self, nonce: str) -> str:
        """Sign the ID token of the person, with whatever is spoilt about it."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.person}
        claims = {name: value for name, value in (claims | self.claims).items() if name not in self.left_out}
        if self.sign:
            return self.sign(self, claims)
        return jwt.encode(claims, self.key, "RS256", {"kid": "one"})


class Answers(BaseHTTPRequestHandler):
    """The provider's pages."""

    provider: Provider

    def log_message(self, *words: Any) -> None:
        """Say nothing."""

    def tell(self, said: Any, status: int = 200) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        path, asked = urlsplit(self.path).path, {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        if path == "/.well-known/openid-configuration":
            return self.tell(self.provider.description())
        if path == "/keys":
            return self.tell(self.provider.keys())
        if path == "/userinfo":
            return self.tell(self.provider.userinfo or {"sub": self.provider.person.get("sub")})
        self.provider.asked.append(asked)
        code = f"code{len(self.provider.asked)}"
        self.provider.codes[code] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def do_POST(self) -> None:
        sent = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        asked = self.provider.codes.pop(sent.get("code", ""), None)
        challenge = (
            base64.urlsafe_b64encode(sha256(sent.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        )
        known = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        if asked is None or not known or challenge != asked["code_challenge"]:
            return self.tell({"error": "invalid_grant"}, 400)
        token = self.provider.token(asked["nonce"])
        return self.tell({"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": token})


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider while the block lasts, on a free port of 127.0.0.1."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Answers,), {"provider": provider}))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
