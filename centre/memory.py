"""Memory settings of a process that runs for months: rare garbage collection, one malloc arena for all threads."""

import ctypes
import gc
import sys

# glibc's malloc.h: the maximum number of arenas. Default: eight a core, and each keeps the memory it once held.
_M_ARENA_MAX = -8


def settle() -> None:
    """Call once before the work starts, in the main thread.

    Messages make no reference cycles: a search after every 700 objects cost a fifth of a collector's throughput and an
    eighth of a web worker's time. KPI runs do make cycles: with a search after every 100,000 objects, memory grew by
    1.6 MB a minute at 500 fixes a second. Any free thread decodes a batch: with an arena for each thread, memory grew
    by 280 kB a minute for an hour, with one arena by 0; the interpreter's lock leaves several arenas without a gain.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 1)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 5, 5)
