"""Keeps the centre's files for its own account: positions, the drivers' register and keys lie in the data folder."""

import stat
import sys
from pathlib import Path

from domain.text import Text

UMASK = 0o077
"""For every process of the centre, set where it begins."""


def own_folder(data_dir: Path) -> None:
    """Make the data folder where it is missing, and close it to other accounts; say so when it was open to them."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(data_dir.stat().st_mode)
    if not mode & UMASK:
        return
    try:
        data_dir.chmod(mode & ~UMASK)
    except PermissionError:
        done = Text("không đổi được quyền, hãy chạy chmod 700", "its mode cannot be changed, run chmod 700")
    else:
        done = Text("nay đã đóng", "it is closed now")
    print(
        f"Tài khoản khác trên máy này đọc được {data_dir} (quyền {mode:o}): {done.vi}. / "
        f"Other accounts of this machine could read {data_dir} (mode {mode:o}): {done.en}.",
        file=sys.stderr,
    )
