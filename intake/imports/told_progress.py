"""Reports an import's progress from a thread of its own, so that a stage without news still counts as alive."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType

from domain.text import Text

TELL_EVERY_S = 0.4
BEAT_EVERY_S = 5.0

_log = logging.getLogger(__name__)


class Telling:
    """Calls ``say(stage, done)`` when `progress` had news, at most every 0.4 s, and every 5 s without any."""

    def __init__(self, say: Callable[[Text, float], object], stage: Text) -> None:
        """``say`` may block and fail: the import goes on meanwhile."""
        self._say = say
        self._latest = stage, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="import-telling", daemon=True)

    def progress(self, stage: Text, done: float) -> None:
        """Set the progress to report next; ``done`` is clipped to 0..1."""
        self._latest = stage, min(max(done, 0.0), 1.0)

    def __enter__(self) -> "Telling":
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _tell(self) -> None:
        told, silent_s = None, 0.0
        while not self._over.wait(TELL_EVERY_S):
            latest, silent_s = self._latest, silent_s + TELL_EVERY_S
            if latest == told and silent_s < BEAT_EVERY_S:
                continue
            try:
                self._say(*latest)
            except Exception:
                _log.warning("cannot tell how far the import is", exc_info=True)
            told, silent_s = latest, 0.0
