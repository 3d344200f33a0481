"""Every shared case that is a file of figures, sent to the running centre: what EXPECT.md of its folder says."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hangs import until
from sqlalchemy import select

from domain.instant import from_ms, service_day
from store.tables.observations import observations
from tests.cases.conftest import Running

pytestmark = [pytest.mark.servers, pytest.mark.realdata]


def send(centre: Running, file: Path) -> dict[str, Any]:
    """The answer to a file of the feed services; on return its figures are stored."""
    answer = centre.post("/ingest/files/services", params={"name": file.name}, content=file.read_bytes())
    return {"status": answer.status_code, **answer.json()}


def figures(centre: Running, place: str) -> dict[tuple[str, date], list[float | None]]:
    """The values told of a place, oldest revision first, by measure and day."""
    with centre.engine.connect() as connection:
        rows = connection.execute(
            select(observations)
            .where(observations.c.feed == "services", observations.c.subject == place)
            .order_by(observations.c.revision)
        ).mappings()
        found: dict[tuple[str, date], list[float | None]] = {}
        for row in rows:
            found.setdefault((row["measure"], service_day(from_ms(row["at_ms"]))), []).append(row["value"])
        return found


def come(centre: Running, place: str, measure: str, value: float) -> dict[tuple[str, date], list[float | None]]:
    """The same, once the place has this value."""
    asyncio.run(
        until(lambda: any(value in said for (key, _), said in figures(centre, place).items() if key == measure))
    )
    return figures(centre, place)


def test_correction_without_revision(centre: Running, case: Path) -> None:
    assert send(centre, case / "lan-1.csv")["status"] == 202
    answer = send(centre, case / "lan-2.csv")
    assert (answer["status"], answer["corrected"], answer["repeated"]) == (202, 1, 0)
    found = come(centre, "27715", "dossiers_due", 777)
    assert found["dossiers_due", date(2026, 11, 11)] == [100, 777]


def test_hidden_first_sheet(centre: Running, case: Path) -> None:
    answer = send(centre, case / "bao-cao.xlsx")
    assert answer["status"] == 202, answer
    assert [(part["part"], part["vi"]) for part in answer["not_read"]] == [("sheet", "trang tính ẩn, không đọc")]
    counts = answer["file"]
    assert counts["cells"] == counts["labels"] + counts["values"] + counts["not_read"]
    found = come(centre, "27694", "dossiers_on_time", 890)
    assert found["dossiers_due", date(2026, 11, 26)] == [900]
    assert found["dossiers_on_time", date(2026, 11, 26)] == [890]
    assert ("dossiers_due", date(2026, 11, 25)) not in found


def test_html_as_xls(centre: Running, case: Path) -> None:
    answer = send(centre, case / "bao-cao.xls")
    assert (answer["status"], answer["accepted"], answer["rejected"]) == (202, 2, 0)
    found = come(centre, "27694", "dossiers_on_time", 502)
    assert found["dossiers_due", date(2026, 11, 18)] == [512]


def test_unread_column(centre: Running, case: Path) -> None:
    answer = send(centre, case / "bao-cao.csv")
    assert (answer["status"], answer["accepted"], answer["rejected"]) == (202, 2, 0)
    assert [(part["name"], part["aside"]) for part in answer["not_read"]] == [("TT", True)]
    found = come(centre, "27694", "dossiers_on_time", 480)
    assert found["dossiers_due", date(2026, 11, 20)] == [500]
