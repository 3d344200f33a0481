"""Fetch one page by HTTP from a server that may be slow, wrong or hostile; errors never contain the address."""

import asyncio
import ipaddress
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

import httpx

from domain.feeds.pull import FetchProblem, PullError
from domain.feeds.way_in import Pull
from intake.pull.source import WITHIN_S, Page

_REDIRECTS_MAX = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DENIED = frozenset({401, 403, 407})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TIMEOUT = httpx.Timeout(15.0, connect=10.0)
_NAME_CHARS = 200
_VALIDATOR_CHARS = 1_000
# Request header of each validator, by the response header that gave it.
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_GZIP = 16 + zlib.MAX_WBITS


def http_client() -> httpx.AsyncClient:
    """One client for all sources; checks certificates (against SSL_CERT_FILE if set); we follow redirects ourselves."""
    return httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSource:
    """One address of a feed's `Pull`; ``header`` (name, value) is sent to its host only."""

    feed: str
    pull: Pull
    url: httpx.URL = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)
    clock: Callable[[], datetime]
    header: tuple[str, str] | None = field(default=None, repr=False)
    within_s: float = WITHIN_S

    @property
    def host(self) -> str:
        """Its host and nothing else of the address."""
        return self.url.host

    @property
    def address(self) -> str:
        """The address without user and password: a new password does not make a new source."""
        return str(self.url.copy_with(userinfo=b""))

    async def fetch(self, position: Mapping[str, str]) -> Page | None:
        """The page; None when the server says that nothing changed since ``position``. Raises PullError."""
        try:
            async with asyncio.timeout(self.within_s):
                return await self._fetch(position)
        except (TimeoutError, httpx.TimeoutException):
            raise PullError(FetchProblem.SLOW, f"{self.within_s:.0f} s") from None
        except httpx.ConnectError as error:
            raise _unconnected(error) from None
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            raise PullError(FetchProblem.CUT_OFF, type(error).__name__) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PullError(FetchProblem.UNREACHABLE, type(error).__name__) from None

    async def _fetch(self, position: Mapping[str, str]) -> Page | None:
        url = self.url
        headers = {"Accept": ", ".join(kind for kind in self.pull.content_types if kind), "Accept-Encoding": "gzip"}
        headers |= {ask: position[given] for given, ask in _VALIDATORS.items() if given in position}
        if self.header is not None:
            headers[self.header[0]] = self.header[1]
        for _ in range(_REDIRECTS_MAX + 1):
            async with self.http.stream("GET", url, headers=headers) as answer:
                _refuse_link_local(answer)
                if answer.status_code not in _REDIRECTS:
                    return await self._page(answer, asked=bool(position))
                url = self._moved(url, answer)
        raise PullError(FetchProblem.REDIRECTED, f"> {_REDIRECTS_MAX}")

    async def _page(self, answer: httpx.Response, *, asked: bool) -> Page | None:
        if answer.status_code == httpx.codes.NO_CONTENT or (asked and answer.status_code == httpx.codes.NOT_MODIFIED):
            return None
        if answer.status_code != httpx.codes.OK:
            raise _refused(answer, self.clock())
        content_type = answer.headers.get("content-type", "")[:_NAME_CHARS]
        kind = content_type.partition(";")[0].strip().lower()
        if kind not in self.pull.content_types:
            raise PullError(FetchProblem.WRONG_TYPE, ascii(kind[:60]) if kind else "-")
        return Page(
            body=await _body(answer, self.pull.max_bytes),
            content_type=content_type,
            name=_file_name(answer),
            position={
                given: answer.headers[given]
                for given in _VALIDATORS
                if 0 < len(answer.headers.get(given, "")) <= _VALIDATOR_CHARS
            },
        )

    def _moved(self, url: httpx.URL, answer: httpx.Response) -> httpx.URL:
        """The redirect's target; refused on another host or port, or from https to http."""
        try:
            there = url.join(answer.headers.get("location", ""))
        except httpx.InvalidURL:
            raise PullError(FetchProblem.REDIRECTED, str(answer.status_code)) from None
        same_port = _port(there) == _port(url) or (there.port is None and url.port is None)
        if there.host != self.url.host or there.scheme not in ("https", url.scheme) or not same_port:
            raise PullError(FetchProblem.REDIRECTED, str(answer.status_code))
        # Keep our user and password, whatever the location says.
        return there.copy_with(userinfo=self.url.userinfo)


async def _body(answer: httpx.Response, limit: int) -> bytes:
    """The body, at most ``limit`` bytes; gzip is unpacked step by step, never beyond the limit."""
    said = answer.headers.get("content-length", "")
    if said.isdecimal() and int(said[:20]) > limit:
        raise PullError(FetchProblem.TOO_LARGE, f"> {limit} bytes")
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise PullError(FetchProblem.WRONG_ENCODING, ascii(encoding[:20]))
    parts, size = [], 0
    raw = answer.aiter_raw()
    async for part in _unpacked(raw, limit) if encoding == "gzip" else raw:
        size += len(part)
        if size > limit:
            raise PullError(FetchProblem.TOO_LARGE, f"> {limit} bytes")
        parts.append(part)
    return b"".join(parts)


async def _unpacked(raw: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        async for chunk in raw:
            yield unpacking.decompress(chunk, limit + 1)
            if unpacking.unconsumed_tail:
                raise PullError(FetchProblem.TOO_LARGE, f"> {limit} bytes")
    except zlib.error:
        raise PullError(FetchProblem.CUT_OFF, "gzip") from None
    if not unpacking.eof:
        raise PullError(FetchProblem.CUT_OFF, "gzip")


def _refuse_link_local(answer: httpx.Response) -> None:
    """Refuse link-local peers: a host name may resolve to the address where clouds give out keys."""
    peer = ipaddress.ip_address(_peer(answer))
    if (getattr(peer, "ipv4_mapped", None) or peer).is_link_local:
        raise PullError(FetchProblem.FORBIDDEN_ADDRESS)


def _peer(answer: httpx.Response) -> str:
    """The IP address that answers."""
    address: str = answer.extensions["network_stream"].get_extra_info("server_addr")[0]
    return address.partition("%")[0]


def _refused(answer: httpx.Response, now: datetime) -> PullError:
    code = answer.status_code
    problem = (
        FetchProblem.TOO_FAST if code == 429 else FetchProblem.DENIED if code in _DENIED else FetchProblem.HTTP_STATUS
    )
    return PullError(problem, f"HTTP {code}", retry_after_s=_retry_after_s(answer.headers.get("retry-after", ""), now))


def _retry_after_s(said: str, now: datetime) -> float:
    """Seconds from ``now``; 0 when the header cannot be read."""
    if said.isascii() and said.isdecimal():
        return float(said[:9])
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())


def _unconnected(error: httpx.ConnectError) -> PullError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return PullError(FetchProblem.NOT_TRUSTED, cause.reason or type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return PullError(FetchProblem.UNREACHABLE, type(error).__name__)


def _port(url: httpx.URL) -> int | None:
    return url.port or _DEFAULT_PORTS.get(url.scheme)


def _file_name(answer: httpx.Response) -> str:
    message = Message()
    message["content-disposition"] = answer.headers.get("content-disposition", "")
    return (message.get_filename() or "")[:_NAME_CHARS]
