"""The front door as a process."""

import os
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import count

import uvicorn

from centre import memory
from centre.addresses import CannotListenError, listening
from centre.base_path import BasePath
from centre.commands.parts import feeds_of_the_tree, fleets_of, prepared, stream_of
from centre.delivery import Application
from centre.headers import SafeHeaders
from centre.hosts import Hosts, hosts_of
from centre.manners import Manners
from centre.patience import bounded, raise_open_files
from centre.proxies import proxies
from centre.serving import Server
from domain.access.principal import CENTRE
from domain.feeds.scrub import Secrets
from intake.door.front_door import create_front_door, utc_now
from intake.door.keys import KeyRing
from intake.imports.machine import Machine, importers_on
from intake.messages.telling import Telling
from settings import Settings
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.registry import Registry
from store.revisions import Corrections
from store.valkey.server import connect

LOCAL_KEY = "local"


def run_door(settings: Settings, secrets: Secrets) -> int:
    """Run the front door until stopped; 2 when its port is taken."""
    try:
        opened = listening("IOC_INGEST_PORT", settings.host, settings.ingest_port)
    except CannotListenError as error:
        print(error, file=sys.stderr)
        return 2
    memory.settle()
    engine = prepared(settings)
    registry = Registry(engine)
    ensure_local_key(settings, registry, utc_now())
    maps = MapLayers(engine, settings.maps_dir)
    stream, keys = stream_of(settings, connect(settings.stream_url), registry), KeyRing(registry.key_holders)
    feeds = feeds_of_the_tree()
    app = create_front_door(
        stream,
        keys,
        feeds,
        fleets=fleets_of(feeds, registry),
        desk=Machine(Imports(engine), importers_on(engine, stream, feeds, maps, secrets), utc_now),
        secrets=secrets,
        registered=registry.organisations.known,
        telling=Telling(Corrections(engine).stood),
    )
    if settings.base_path:
        app.servers = [{"url": settings.base_path}]
    names = hosts_of(settings.host, settings.public_hosts)
    app.add_middleware(Hosts, names=names)
    # What we are asked for must be ours, and so must what a proxy says it was asked for.
    served: Application = Hosts(Manners(SafeHeaders(app), proxies()), names)
    config = uvicorn.Config(
        BasePath(served, settings.base_path) if settings.base_path else served,
        access_log=False,
        log_level=settings.log_level,
        ws="none",
        server_header=False,
        **bounded(raise_open_files()),
    )
    Server(config, settings.stream_url).run(sockets=opened)
    return 0


def ensure_local_key(settings: Settings, registry: Registry, now: datetime) -> None:
    """With the embedded Valkey, make sure local.key (mode 600) holds a valid key."""
    if settings.redis_url:
        return
    path = settings.local_key_file
    if path.exists() and registry.find_key(path.read_text().strip()) is not None:
        return
    # The file is the only copy of the secret: when it is lost, make another, under the name that vehicles are bound to.
    known = registry.source_keys()
    taken = {key.name for key in known} - {key.name for key in known if key.revoked_at is None}
    name = next(name for name in _local_names() if name not in taken)
    registry.retire_key(name, now, by=CENTRE)
    secret = registry.add_key(name, now, by=CENTRE)
    registry.retire_key(name, now, by=CENTRE)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")


def _local_names() -> Iterator[str]:
    yield LOCAL_KEY
    for number in count(2):
        yield f"{LOCAL_KEY}-{number}"
