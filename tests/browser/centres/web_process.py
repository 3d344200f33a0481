"""The web side in a process of its own, in a fraction of a second: forked from one that has read its code already."""

import os
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

READ = get_context("forkserver")
READ.set_forkserver_preload(["app", "centre.serving", __name__])


def web_process(environment: Mapping[str, str], port: int) -> ForkServerProcess:
    """Start `python -m centre.serving app:create_server --port PORT`; ``environment`` is the whole of the process's."""
    process = READ.Process(target=_serve, args=(dict(environment), port), daemon=True)
    process.start()
    return process


def _serve(environment: Mapping[str, str], port: int) -> None:
    from centre import serving

    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["serving", "app:create_server", "--port", str(port)]
    sys.exit(serving.main())
