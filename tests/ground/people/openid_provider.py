"""A small OpenID Connect provider on the loopback, which can be made to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "madang", "a-secret-of-the-client"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def own_key() -> rsa.RSAPrivateKey:
    """Made once: a key costs a second or more."""
    return new_key()


@dataclass
class Provider:
    """Who signs in there, and what the provider says of them; `lies` replace claims of the ID token."""

    person: dict[str, object] = field(
        default_factory=lambda: {"sub": "u1", "email": "kim@example.org", "email_verified": True, "name": "김마당"}
    )
    lies: dict[str, object] = field(default_factory=dict)
    sign_with: rsa.RSAPrivateKey | None = None
    no_id_token: bool = False
    other_subject: bool = False
    key: rsa.RSAPrivateKey = field(default_factory=own_key)
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    issuer: str = ""

    def configuration(self) -> dict[str, object]:
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in names.items()},
        }

    def keys(self) -> dict[str, object]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Sign the person in without asking, and lead back."""
        code = secrets.token_urlsafe(8)
        self.grants[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, object]]:
        asked = self.grants.pop(sent.get("code", ""), None)
        if asked is None or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        challenge = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked.get("code_challenge"):
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        answer: dict[str, object] = {"access_token": "at", "token_type": "Bearer", "expires_in": 60}
        return 200, answer if self.no_id_token else {**answer, "id_token": self._id_token(asked)}

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked.get("nonce"), **self.person,
        }  # fmt: skip
        return jwt.encode({**claims, **self.lies}, self.sign_with or self.key, "RS256", headers={"kid": "k1"})

    def userinfo(self) -> dict[str, object]:
        return {**self.person, "sub": "somebody-else"} if self.other_subject else self.person


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(asked))
            self.end_headers()
            return
        pages = {
            "/.well-known/openid-configuration": self.provider.configuration,
            "/jwks": self.provider.keys,
            "/userinfo": self.provider.userinfo,
        }
        self._json(200, pages[url.path]())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._json(*self.provider.token({key: values[0] for key, values in parse_qs(body).items()}))

    def _json(self, status: int, body: dict[str, object]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: object) -> None:
        pass


def serve(provider: Provider) -> ThreadingHTTPServer:
    """Run the provider in a thread; shut the server down when done."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"provider": provider}))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
