"""An OpenID provider in its own process: code flow, PKCE, a key; ``/next`` says who signs in and what is wrong."""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "ioc", "secret-of-the-client"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}) for _ in range(2))
WHO: dict[str, str] = {}
CODES: dict[str, dict[str, str]] = {}


class Provider(BaseHTTPRequestHandler):
    """Answers what OpenID Connect Core 1.0 wants of a provider, and no more."""

    def do_GET(self) -> None:
        """Describe itself, show the key, sign in whoever is next."""
        parts = urlsplit(self.path)
        asked, issuer = dict(parse_qsl(parts.query)), f"http://127.0.0.1:{self.server.server_address[1]}"
        if parts.path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
            said = "http://evil.example" if WHO.get("wrong") == "issuer" else issuer
            self._say(200, {"issuer": said, **{name: issuer + path for name, path in ends.items()}})
        elif parts.path == "/jwks":
            self._say(200, {"keys": [KEY.as_dict(private=False)]})
        elif parts.path == "/next":
            WHO.clear()
            WHO.update(asked)
            self._say(200, {})
        elif parts.path == "/authorize" and asked.get("client_id") == CLIENT and "denies" in WHO:
            self._lead(asked, error=WHO["denies"], error_description="no")
        elif parts.path == "/authorize" and asked.get("client_id") == CLIENT:
            code = secrets.token_urlsafe(16)
            CODES[code] = asked
            self._lead(asked, code=code)
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        """Give a token for a code, once, to the client that began and knows the verifier."""
        given = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = CODES.pop(given.get("code", ""), None)
        own = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or self.headers["Authorization"] != own
            or challenge != asked["code_challenge"]
            or given["redirect_uri"] != asked["redirect_uri"]
        ):
            self._say(400, {"error": "invalid_grant"})
            return
        wrong, now = WHO.get("wrong", ""), int(time.time())
        claims = {
            "iss": f"http://127.0.0.1:{self.server.server_address[1]}",
            "aud": "another" if wrong == "aud" else CLIENT,
            "sub": WHO["sub"],
            "nonce": "another" if wrong == "nonce" else asked["nonce"],
            "iat": now,
            "exp": now - 3600 if wrong == "exp" else now + 300,
        }
        if "amr" in WHO:
            claims["amr"] = WHO["amr"].split()
        key = OTHER_KEY if wrong == "key" else KEY
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)
        if wrong == "none":
            head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            token = f"{head}.{token.split('.')[1]}."
        self._say(200, {"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _lead(self, asked: dict[str, str], **told: str) -> None:
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(told | {'state': asked['state']})}")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _say(self, status: int, body: object) -> None:
        told = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
