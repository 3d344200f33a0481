"""All settings of the product in one table, read from the environment; docs/settings.md is generated from it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from domain.feeds.owner import phones
from domain.network import Network


class Setting(NamedTuple):
    """One environment variable: its name, its default as text, and what it does."""

    name: str
    default: str
    help: str


# Each part waits for its messages on its own connection.
PARTS_AT_MOST = 64
_RENAMED = {"IOC_GTFS_RT_URL": "IOC_PULL_WASTE_TRUCKS_URL"}
_BASE_PATH = re.compile(r"(?:/[A-Za-z0-9_~][A-Za-z0-9._~-]*)+")
_PULL = re.compile(r"IOC_PULL_([A-Z0-9_]+)_(URL|HEADER)")
_HEADER = re.compile(r"([A-Za-z0-9-]+):[ \t]*([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)")

SETTINGS = (
    Setting(
        "IOC_DATA_DIR",
        "./var",
        "Directory of the embedded servers' files (SQLite file, append-only file, local key) and of imported maps.",
    ),
    Setting(
        "IOC_HOST",
        "127.0.0.1",
        "Address both sides listen on; 0.0.0.0 opens them to the network, :: to IPv4 and IPv6.",
    ),
    Setting(
        "IOC_PUBLIC_HOSTS",
        "",
        "Further host names the centre answers to on both ports, separated by blanks, e.g. ioc.tayninh.gov.vn. "
        "It always answers to localhost, its own address and the machine's name; any other host gets 421.",
    ),
    Setting(
        "IOC_BASE_PATH",
        "",
        "Path under which a proxy shows both sides, e.g. /ioc; every link, file, cookie and socket then begins with "
        "it. Empty: they stand at the root.",
    ),
    Setting("IOC_PORT", "8050", "Port of the screens and the read API."),
    Setting(
        "IOC_PUBLIC_PORT",
        "",
        "A further port with public pages only (kiosk, boards, residents' pages): PORT, or ADDRESS:PORT to listen "
        "elsewhere than IOC_HOST, e.g. 0.0.0.0:8052; empty: none.",
    ),
    Setting("IOC_INGEST_PORT", "8051", "Port of the front door, where trackers and sources send."),
    Setting("REDIS_URL", "", "Redis or Valkey server, e.g. redis://host:6379/0; empty starts the embedded Valkey."),
    Setting(
        "DATABASE_URL",
        "",
        "e.g. postgresql+psycopg://user@host/ioc (a SQLAlchemy URL); empty: SQLite in IOC_DATA_DIR.",
    ),
    Setting(
        "IOC_PARTS",
        "1",
        "Number of parts per feed, so that several collectors read it in parallel; the same for every process.",
    ),
    Setting(
        "IOC_SIMULATOR",
        "on",
        "on: a simulator sends marked data through the front door; off: the wall shows only real data.",
    ),
    Setting(
        "IOC_MQTT_URL",
        "",
        "MQTT broker to subscribe to, e.g. mqtts://user:password@host:8883 (mqtt:// without TLS); empty: none.",
    ),
    Setting(
        "IOC_PULL_<FEED>_URL",
        "",
        "Addresses to fetch a feed from, at its declared interval (docs/feeds.md): http(s) or SQLAlchemy URLs "
        "(postgresql, sqlite) separated by blanks, e.g. IOC_PULL_SERVICES_URL; empty: it is not fetched.",
    ),
    Setting(
        "IOC_PULL_<FEED>_HEADER",
        "",
        "One HTTP header to send with it, e.g. Authorization: Bearer KEY; all addresses must then have one host.",
    ),
    Setting(
        "IOC_KEEP",
        "",
        "Days to keep rows, where they differ from store/keeping/retention.py, by its keys: e.g. fixes=60,raw=7.",
    ),
    Setting(
        "IOC_KEEP_RAW_MB",
        "2000",
        "Limit on the size of kept raw messages; above it the oldest are removed before their days.",
    ),
    Setting(
        "IOC_CASE_KEY",
        "",
        "Key (hexadecimal, 32 digits or more) for hashing case ids; several hosts must share it. "
        "Empty: case.key in IOC_DATA_DIR, created at the first start.",
    ),
    Setting(
        "IOC_ACCOUNT_KEY",
        "",
        "Key (hexadecimal, 32 digits or more) that seals the secrets of second factors; several hosts must share it. "
        "Empty: account.key in IOC_DATA_DIR, created at the first start.",
    ),
    Setting(
        "IOC_OWNERS",
        "",
        "CSV file with the columns feed, phone: phone number of the office responsible for a feed; empty: none.",
    ),
    Setting(
        "IOC_BRIEF_AT",
        "06:30",
        "Hour (Việt Nam time, HH:MM) at which the web side keeps a brief in IOC_DATA_DIR/briefs; off: never.",
    ),
    Setting("IOC_SESSION_IDLE_MIN", "30", "Minutes without opening a page after which somebody is signed out."),
    Setting("IOC_SESSION_HOURS", "8", "Hours after which a person signs in again, however busy: one shift."),
    Setting(
        "IOC_INSIDE",
        "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7 fe80::/10",
        "Networks, separated by blanks, from which people but administrators sign in with a password alone; "
        "everywhere else the second step is required.",
    ),
    Setting(
        "IOC_OIDC_URL",
        "",
        "The authority's own sign-in (OpenID Connect): its issuer, e.g. https://sso.tayninh.gov.vn/realms/tinh; "
        "empty: accounts of the centre only.",
    ),
    Setting("IOC_OIDC_CLIENT", "", "The centre's client id there."),
    Setting("IOC_OIDC_SECRET", "", "The centre's client secret there."),
    Setting("IOC_LOG_LEVEL", "info", "debug, info, warning or error."),
)


class PullSetting(NamedTuple):
    """The addresses to fetch a feed from, and the header (name, value) to send."""

    urls: tuple[str, ...]
    header: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class AuthoritySetting:
    """The authority's own sign-in: its issuer, and the centre's id and secret there."""

    issuer: str
    client: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings as the composition roots use them."""

    data_dir: Path
    host: str
    public_hosts: tuple[str, ...]
    base_path: str
    port: int
    public: tuple[str, int] | None
    ingest_port: int
    redis_url: str
    database_url: str
    parts: int
    simulator: bool
    mqtt_url: str
    pulls: Mapping[str, PullSetting] = field(repr=False)
    keep_days: Mapping[str, int]
    keep_raw_bytes: int
    phones: Mapping[str, str]
    case_key: str = field(repr=False)
    account_key: str = field(repr=False)
    brief_at: time | None
    session_idle: timedelta
    session_longest: timedelta
    inside: tuple[Network, ...]
    authority: AuthoritySetting | None
    log_level: str

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment; raises ValueError naming the variable that is wrong."""
        given = os.environ if env is None else env
        text = {s.name: given.get(s.name, "") or s.default for s in SETTINGS}
        data_dir = Path(text["IOC_DATA_DIR"]).resolve()
        return cls(
            data_dir=data_dir,
            host=text["IOC_HOST"].strip("[]"),
            public_hosts=tuple(text["IOC_PUBLIC_HOSTS"].split()),
            base_path=_base_path("IOC_BASE_PATH", text["IOC_BASE_PATH"]),
            port=_port("IOC_PORT", text["IOC_PORT"]),
            public=_listener("IOC_PUBLIC_PORT", text["IOC_PUBLIC_PORT"], text["IOC_HOST"].strip("[]")),
            ingest_port=_port("IOC_INGEST_PORT", text["IOC_INGEST_PORT"]),
            redis_url=text["REDIS_URL"],
            database_url=text["DATABASE_URL"] or f"sqlite:///{data_dir / 'ioc.sqlite3'}",
            parts=_up_to("IOC_PARTS", text["IOC_PARTS"], PARTS_AT_MOST),
            simulator=_switch("IOC_SIMULATOR", text["IOC_SIMULATOR"]),
            mqtt_url=text["IOC_MQTT_URL"],
            pulls=_pulls(given),
            keep_days=_days("IOC_KEEP", text["IOC_KEEP"]),
            keep_raw_bytes=_positive("IOC_KEEP_RAW_MB", text["IOC_KEEP_RAW_MB"]) * 10**6,
            case_key=text["IOC_CASE_KEY"],
            account_key=text["IOC_ACCOUNT_KEY"],
            phones=_phones(text["IOC_OWNERS"]),
            brief_at=_hour("IOC_BRIEF_AT", text["IOC_BRIEF_AT"]),
            session_idle=timedelta(minutes=_positive("IOC_SESSION_IDLE_MIN", text["IOC_SESSION_IDLE_MIN"])),
            session_longest=timedelta(hours=_positive("IOC_SESSION_HOURS", text["IOC_SESSION_HOURS"])),
            inside=_networks("IOC_INSIDE", text["IOC_INSIDE"]),
            authority=_authority(text),
            log_level=_one_of("IOC_LOG_LEVEL", text["IOC_LOG_LEVEL"], ("debug", "info", "warning", "error")),
        )

    @property
    def redis_socket(self) -> Path:
        """Unix socket of the embedded Valkey."""
        return self.data_dir / "valkey.sock"

    @property
    def stream_url(self) -> str:
        """URL every process uses to reach Redis or Valkey."""
        return self.redis_url or f"unix://{self.redis_socket}"

    @property
    def maps_dir(self) -> Path:
        """Directory of imported maps' tiles and street graphs; several web hosts must share it."""
        return self.data_dir / "maps"

    @property
    def briefs_dir(self) -> Path:
        """Directory of the leader's briefs and the figures behind their hashes; several web hosts must share it."""
        return self.data_dir / "briefs"

    @property
    def case_key_file(self) -> Path:
        """The file with the hash key when IOC_CASE_KEY is not set (mode 600)."""
        return self.data_dir / "case.key"

    @property
    def account_key_file(self) -> Path:
        """The file with the key of accounts when IOC_ACCOUNT_KEY is not set (mode 600)."""
        return self.data_dir / "account.key"

    @property
    def local_key_file(self) -> Path:
        """The file with the source key of the embedded default (mode 600)."""
        return self.data_dir / "local.key"


def _phones(path: str) -> Mapping[str, str]:
    try:
        return phones(Path(path).read_text("utf-8")) if path else {}
    except (OSError, ValueError) as error:
        raise ValueError(f"IOC_OWNERS: {error}") from None


def _pulls(env: Mapping[str, str]) -> dict[str, PullSetting]:
    """Pull settings by feed. Raises ValueError that never repeats an address or header, which may contain keys."""
    for old, new in _RENAMED.items():
        if env.get(old):
            raise ValueError(f"{old} nay là / is now {new} (các địa chỉ cách nhau bằng dấu cách / blanks between)")
    found = {}
    for name, text in env.items():
        matched = _PULL.fullmatch(name)
        if matched is None or not text.split():
            continue
        feed, what = matched.groups()
        header = _header(f"IOC_PULL_{feed}_HEADER", env.get(f"IOC_PULL_{feed}_HEADER", ""))
        if what == "URL":
            found[feed.lower()] = PullSetting(tuple(text.split()), header)
        elif not env.get(f"IOC_PULL_{feed}_URL", "").split():
            raise ValueError(f"{name} needs IOC_PULL_{feed}_URL")
    return found


def _header(name: str, text: str) -> tuple[str, str] | None:
    if not text:
        return None
    matched = _HEADER.fullmatch(text.strip())
    if matched is None:
        raise ValueError(f"{name} must be one header, Name: value")
    return matched[1], matched[2]


def _base_path(name: str, said: str) -> str:
    """Without a slash at its end; "" for the root."""
    path = said.strip().rstrip("/")
    if path and not _BASE_PATH.fullmatch(path):
        raise ValueError(f"{name}: {said!r} (/ioc)")
    return path


def _port(name: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError(f"{name} must be a port number 1..65535, got {text!r}")
    return int(text)


def _listener(name: str, text: str, host: str) -> tuple[str, int] | None:
    address, _, port = text.rpartition(":")
    return (address.strip("[]") or host, _port(name, port)) if text else None


def _authority(text: Mapping[str, str]) -> AuthoritySetting | None:
    """Raises ValueError that never repeats the secret."""
    issuer, client, secret = text["IOC_OIDC_URL"], text["IOC_OIDC_CLIENT"], text["IOC_OIDC_SECRET"]
    if not issuer:
        return None
    if not client or not secret:
        raise ValueError("IOC_OIDC_URL needs IOC_OIDC_CLIENT and IOC_OIDC_SECRET")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise ValueError("IOC_OIDC_URL must be an https address")
    return AuthoritySetting(issuer, client, secret)


def _networks(name: str, text: str) -> tuple[Network, ...]:
    try:
        return tuple(map(ip_network, text.split()))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _positive(name: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10**9:
        raise ValueError(f"{name} must be a whole number from 1 on, got {text!r}")
    return int(text)


def _up_to(name: str, text: str, most: int) -> int:
    if (number := _positive(name, text)) > most:
        raise ValueError(f"{name} must be 1..{most}, got {text!r}")
    return number


def _hour(name: str, text: str) -> time | None:
    if text.lower() == "off":
        return None
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError(f"{name} must be HH:MM or off, got {text!r}")
    return time.fromisoformat(text)


def _days(name: str, text: str) -> dict[str, int]:
    """Parse ``fixes=60,raw=7`` as days by key; store/keeping/retention.py checks the keys."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    days = {key.strip(): _positive(f"{name}: {key.strip()}", said.strip()) for key, _, said in pairs}
    if len(days) < len(pairs):
        raise ValueError(f"{name} names a table twice: {text!r}")
    return days


def _switch(name: str, text: str) -> bool:
    return _one_of(name, text.lower(), ("on", "off")) == "on"


def _one_of(name: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {text!r}")
    return text
