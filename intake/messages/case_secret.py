"""The key that hashes ids of cases: from the setting, else from a file that the first start creates."""

from pathlib import Path

from domain.feeds.scrub import Secrets
from store.key_file import key_in


def case_secrets(given: str, file: Path) -> Secrets:
    """The key from IOC_CASE_KEY, else from ``file``; see `key_in`."""
    return Secrets(key_in(given, file, "IOC_CASE_KEY"))
