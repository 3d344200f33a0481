"""Real calendars of other towns' waste collections are read by the library that our tests read ours with."""

from pathlib import Path

import pytest
from icalendar import Calendar


@pytest.mark.realdata
def test_our_library_reads_real_waste_calendars(realdata: Path):
    for name in ("test.ics", "recurring.ics"):
        assert Calendar.from_ical((realdata / "waste" / "ics_samples" / name).read_bytes()).walk("VEVENT")
