"""The panel "Lưu giữ dữ liệu": removed rows and when, failures, and data lost before their time."""

from datetime import timedelta
from typing import Any

import pytest
from screen_figures import NOW
from screen_fixtures import empty

from domain.retention import RetentionRun
from domain.text import Text
from tests.layouts.test_screens import nodes, render, text


def panel(language: str, *runs: RetentionRun) -> list[dict[str, Any]]:
    reading = empty()
    reading.kept = list(runs)
    page = render("/data", reading, language)
    (found,) = [n for n in nodes(page) if n["props"].get("className") == "ioc-table ioc-table--retention"]
    return [node for node in nodes(found) if node["type"] == "Tr"][1:]


def run(**said: Any) -> RetentionRun:
    given: dict[str, Any] = {"key": "raw", "names": Text("Bản tin gốc", "Raw messages"), "days": 3, "rolls": False}
    return RetentionRun(**(given | said))


@pytest.mark.parametrize(
    ("language", "never", "failed"),
    [("vi", "chưa chạy lần nào", "bị lỗi: OperationalError"), ("en", "never run yet", "failed: OperationalError")],
)
def test_what_never_ran_and_what_failed_say_so(language: str, never: str, failed: str) -> None:
    first, second = panel(language, run(), run(at=NOW - timedelta(hours=5), problem="OperationalError"))
    assert never in text(first)
    assert failed in text(second)
    (age,) = [node for node in nodes(second) if node["type"] == "Time"]
    assert age["props"]["className"] == "ioc-age ioc-age--stale", "a run of five hours ago is late"


def test_what_was_removed_and_a_bound_that_took_more_than_the_days() -> None:
    (row,) = panel(
        "vi",
        run(
            at=NOW - timedelta(minutes=12), until=NOW - timedelta(days=2), removed=1_234, removed_ever=56_789,
            held_bytes=1_999_000_000, limit_bytes=2_000_000_000, early=True,
        ),
    )  # fmt: skip
    said = text(row)
    for part in ("3 ngày", "1.234", "56.789", "1.999 trên 2.000 MB", "đã xóa trước hạn"):
        assert part in said
    assert "IOC_" not in said, "who reads the page sets no environment"
    (age,) = [node for node in nodes(row) if node["type"] == "Time"]
    assert age["props"]["className"] == "ioc-age"


def test_a_roll_up_says_that_it_thins() -> None:
    (row,) = panel("en", run(rolls=True, days=30, at=NOW, removed=7))
    assert "complete for 30 days, then thinned" in text(row)
    assert "full" not in text(row)
