"""Mends the embedded server's file after a fault of the disk: `python -m ingest repair`."""

import sys
from datetime import datetime

from centre.supervisor import CannotStartError, alone
from domain.instant import VIETNAM
from settings import Settings
from store.valkey.append_only import Cut, mend

_WHOLE = "Tệp của Valkey đọc được trọn vẹn, không cần sửa. / Valkey's file can be read to its end; nothing to mend."


def run_repair(settings: Settings, now: datetime) -> int:
    """Mend it and say what is lost; 2 where another centre runs or the server is not the embedded one."""
    if settings.redis_url:
        print("REDIS_URL trỏ tới máy chủ khác. / REDIS_URL names another server.", file=sys.stderr)
        return 2
    try:
        with alone(settings.data_dir):
            cuts = mend(settings.data_dir, now)
    except CannotStartError as error:
        print(error, file=sys.stderr)
        return 2
    for cut in cuts:
        print(_told(cut))
    if not cuts:
        print(_WHOLE)
    return 0


def _told(cut: Cut) -> str:
    between = ""
    if cut.first and cut.last:
        between = f", {cut.first.astimezone(VIETNAM):%d/%m/%Y %H:%M}–{cut.last.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    return (
        f"Đã cắt {cut.lost_bytes} byte sau chỗ hỏng ở byte {cut.at}. Mất nhiều nhất {cut.entries} bản tin{between}; "
        f"bản tin nào đã vào cơ sở dữ liệu thì vẫn còn. Bản gốc: {cut.copy}. / "
        f"Cut {cut.lost_bytes} bytes behind the fault at byte {cut.at}. At most {cut.entries} messages are "
        f"lost{between}; those already in the database stay. The original: {cut.copy}."
    )
