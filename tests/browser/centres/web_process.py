"""The web side in a process of its own, in a fraction of a second: forked from one that has read its code already."""

import os
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

READ = get_context("forkserver")
READ.set_forkserver_preload(["app", "centre.serving", __name__])
# How often it looks at lists and maps: a test waits for what it shows, not for the pace of a centre.
_PACE_S = 0.2


def web_process(environment: Mapping[str, str], port: int) -> ForkServerProcess:
    """Start `python -m centre.serving app:create_server --port PORT`; ``environment`` is the whole of the process's."""
    process = READ.Process(target=_serve, args=(dict(environment), port), daemon=True)
    process.start()
    return process


def _serve(environment: Mapping[str, str], port: int) -> None:
    from centre import delivery, serving
    from live import follow, hub

    delivery.BROTLI_ONCE = 1  # each test has a process of its own, which packs for one page
    hub.ALARMS_EVERY_S = hub.ROWS_EVERY_S = follow.MAPS_EVERY_S = _PACE_S
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["serving", "app:create_server", "--port", str(port)]
    sys.exit(serving.main())
