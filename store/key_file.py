"""The centre's own secret keys: from a setting, else from a file that the first start creates."""

import os
import secrets
from pathlib import Path

from domain.feeds.scrub import KEY_BYTES_MIN

_BYTES = 32


def key_in(given: str, file: Path, setting: str) -> bytes:
    """The key ``given`` (hexadecimal), else the one in ``file`` (mode 600), which is created when missing.

    Raises ValueError for an invalid or short key, naming ``setting`` or the file; the message never contains the key.
    """
    if not given and not file.exists():
        _make(file)
    try:
        key = bytes.fromhex(given or file.read_text("ascii").strip())
    except (ValueError, UnicodeDecodeError):
        key = b""
    if len(key) < KEY_BYTES_MIN:
        where = setting if given else file.name
        raise ValueError(f"{where}: cần ít nhất 32 chữ số hệ 16 / at least 32 hexadecimal digits are needed")
    return key


def _make(file: Path) -> None:
    """Several processes start at once: the first whole file wins, and nobody reads half of one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secrets.token_hex(_BYTES) + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
