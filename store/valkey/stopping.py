"""Stop when told to: Python 3.11 can lose a cancellation inside the Redis client."""

import asyncio


def stop_if_cancelled() -> None:
    """Raise CancelledError when the running task was cancelled and the cancellation got lost on the way.

    asyncio.wait_for of Python 3.11, which the Redis client sends through, returns its result instead when
    both come in the same turn of the loop. Endless loops around such calls check here once a round.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
