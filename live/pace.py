"""Run something as soon as it is due, and at most once a period."""

import asyncio
from collections.abc import Callable


class Pace:
    """The first mark after a quiet period runs at once; marks within the period share one run at its end."""

    def __init__(self, period_s: float, run: Callable[[], None]) -> None:
        """``run`` must be quick: it runs on the event loop."""
        self._period_s = period_s
        self._run_it = run
        self._timer: asyncio.TimerHandle | None = None
        self._last_s = float("-inf")

    def mark(self) -> None:
        """Note a change: run now, or at the end of the period."""
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        due_s = self._last_s + self._period_s
        if due_s <= loop.time():
            self._run()
        else:
            self._timer = loop.call_at(due_s, self._run)

    def stop(self) -> None:
        """Cancel the run that is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _run(self) -> None:
        self._timer = None
        self._last_s = asyncio.get_running_loop().time()
        self._run_it()
