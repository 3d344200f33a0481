"""The calendar of a street: what other programs read in it, and what stays when the plan changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import vobject
from icalendar import Calendar
from plan_fixtures import HUNG_VUONG, MARKET, NOW, ROUTE, H

from domain.waste.plan import Action, PlanException
from tests.pages.residents import Centre


async def test_the_calendar_is_what_rfc_5545_asks_for(centre: Centre):
    centre.bring(ROUTE, exceptions=(PlanException(day=date(2026, 11, 25), action=Action.CANCEL, note="bão"),))
    raw = await centre.calendar()
    lines = raw.split(b"\r\n")
    assert lines[-1] == b""
    assert all(b"\n" not in line and len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()  # folded on characters, not within one
    for said in (b"REFRESH-INTERVAL;VALUE=DURATION:PT6H", b"X-PUBLISHED-TTL:PT6H", b"TZID:Asia/Ho_Chi_Minh"):
        assert said in lines
    assert b"RRULE" not in raw
    assert b"EXDATE" not in raw


async def test_an_independent_reader_finds_the_same_days(centre: Centre):
    cancelled = PlanException(day=date(2026, 11, 25), action=Action.CANCEL, note="bão; nghỉ, cả ngày")
    until_the_next = replace(HUNG_VUONG, ends_s=None)
    centre.bring(replace(ROUTE, streets=(until_the_next, *ROUTE.streets[1:])), exceptions=(cancelled,))
    read = vobject.readOne((await centre.calendar()).decode())
    events = read.vevent_list
    assert len(events) == len({event.uid.value for event in events}) == 39, "three a week for 90 days"
    first, second = sorted(events, key=lambda event: event.dtstart.value)[:2]
    assert first.dtstart.value.astimezone(UTC) == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert first.dtend.value.astimezone(UTC) == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert first.summary.value == "Thu gom rác: Đường Hùng Vương"
    assert "Đem rác ra trước 17:55" in first.description.value
    assert first.valarm.trigger.value == timedelta(hours=-1), "an evening collection: the same day"
    assert (second.status.value, hasattr(second, "valarm")) == ("CANCELLED", False)
    assert "nghỉ thu gom (bão; nghỉ, cả ngày)" in second.description.value


async def test_a_morning_collection_reminds_at_seven_the_evening_before(centre: Centre):
    early = replace(ROUTE, streets=(replace(HUNG_VUONG, begins_s=5 * H, ends_s=6 * H),))
    night = replace(ROUTE, id="02", streets=(replace(HUNG_VUONG, name="Trương Định", begins_s=25 * H, ends_s=None),))
    untimed = replace(ROUTE, id="03", begins_s=None, streets=(replace(MARKET, begins_s=None),))
    centre.bring(early, night, untimed)
    for path, local in (("hung-vuong", "05:00"), ("truong-dinh", "01:00"), ("cho-tan-an", "")):
        calendar = Calendar.from_ical(await centre.calendar(f"/{path}-27694.ics"))
        event = calendar.walk("VEVENT")[0]
        start = event.decoded("dtstart")
        if not local:
            assert not isinstance(start, datetime), "no time is known: the whole day"
            assert event.walk("VALARM")[0].decoded("trigger") == timedelta(hours=-5)
            continue
        assert start.strftime("%H:%M") == local
        assert (start + event.walk("VALARM")[0].decoded("trigger")).strftime("%H:%M") == "19:00"


async def test_an_event_keeps_its_uid_and_counts_up_when_the_plan_changes(centre: Centre):
    def events(raw: bytes) -> dict[str, tuple[int, str]]:
        found = Calendar.from_ical(raw).walk("VEVENT")
        return {str(e["uid"]): (int(e["sequence"]), e.decoded("dtstart").strftime("%d %H:%M")) for e in found}

    centre.bring(ROUTE)
    before = events(await centre.calendar())
    assert events(await centre.calendar()) == before, "nothing changed, nothing counts"
    earlier = replace(ROUTE, streets=(replace(HUNG_VUONG, begins_s=17 * H),))
    centre.bring(earlier, id_="imp2", imported_at=NOW + timedelta(hours=1))
    centre.now += timedelta(minutes=1)
    after = events(await centre.calendar())
    assert after.keys() == before.keys()
    assert all(after[uid][0] > before[uid][0] for uid in before)
    assert all(said.endswith("17:00") for _, said in after.values())
