"""The authority's own sign-in (OpenID Connect Core 1.0, code flow with PKCE): where it leads, and who came back."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.instant import to_ms

WITHIN_S = 10.0
_LEEWAY_S = 60
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_SUBJECT_CHARS = 255


class ProviderError(Exception):
    """The authority's server does not answer, or says what must not be believed."""


class Begun(NamedTuple):
    """Where the browser goes, and what has to come back: kept sealed in its cookie meanwhile."""

    url: str
    state: str
    nonce: str
    verifier: str


class Vouched(NamedTuple):
    """Who somebody is at the authority, and whether it asked for two factors (amr "mfa", RFC 8176)."""

    subject: str
    two_factors: bool


class Provider:
    """Asks the server each time: a changed key or address counts at once, and signing in is rare."""

    def __init__(self, issuer: str, client: str, secret: str, clock: Callable[[], datetime]) -> None:
        self._issuer, self._client, self._secret, self._clock = issuer, client, secret, clock

    async def begin(self, back: str) -> Begun:
        """Where to lead a browser that shall come back to ``back``."""
        async with httpx.AsyncClient(timeout=WITHIN_S) as http:
            described = await self._described(http)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self._client, "redirect_uri": back, "scope": "openid", "state": state,
            "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        endpoint = described["authorization_endpoint"]
        return Begun(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", state, nonce, verifier)

    async def finish(self, code: str, nonce: str, verifier: str, back: str) -> Vouched:
        """Who came back with ``code``. Raises ProviderError for a token that is not for us, of us, or of now."""
        async with httpx.AsyncClient(timeout=WITHIN_S) as http:
            described = await self._described(http)
            given = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
            own = httpx.BasicAuth(self._client, self._secret)
            try:
                token = await http.post(described["token_endpoint"], data=given, auth=own)
                keys = await _told(http, described["jwks_uri"])
                return self._read(token.raise_for_status().json()["id_token"], keys, nonce)
            except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderError(type(error).__name__) from error

    async def _described(self, http: httpx.AsyncClient) -> Mapping[str, str]:
        try:
            found = await _told(http, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            ends = {name: str(found[name]) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ProviderError(type(error).__name__) from error
        secure = self._issuer.startswith("https://")
        if found.get("issuer") != self._issuer or (secure and not all(e.startswith("https://") for e in ends.values())):
            raise ProviderError("issuer")
        return ends

    def _read(self, token: str, keys: Any, nonce: str) -> Vouched:
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=to_ms(self._clock()) // 1000,
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        subject, methods = claims["sub"], claims.get("amr")
        if (
            not isinstance(subject, str)
            or len(subject) > _SUBJECT_CHARS
            or claims.get("azp", self._client) != self._client
        ):
            raise ProviderError("claims")
        return Vouched(f"{self._issuer} {subject}", isinstance(methods, list) and "mfa" in methods)


async def _told(http: httpx.AsyncClient, address: str) -> Any:
    return (await http.get(address)).raise_for_status().json()
