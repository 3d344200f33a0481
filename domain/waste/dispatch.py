"""Checks a dispatcher's assignment of a vehicle to a run before it is recorded."""

from collections.abc import Collection
from datetime import timedelta

from domain.instant import day_start
from domain.text import Text
from domain.waste.run import Override, RunResult

# A night shift may reach into the next day; nobody drives one run for longer.
LONGEST = timedelta(hours=36)
WORDS_AT_MOST = 300
NO_RUN = Text(
    "Trong ngày không có chuyến này; xem danh sách tại /api/v1/runs.",
    "No such run on that day; /api/v1/runs lists them.",
)
NOT_PLANNED = Text(
    "Chuyến này không còn trong kế hoạch của ngày; hãy nạp lại kế hoạch hoặc chọn chuyến khác.",
    "This run is no longer in the plan of the day; import the plan again or choose another run.",
)


def refusal(given: Override, run: RunResult | None, fleet: Collection[str], *, planned: bool) -> Text | None:
    """Why ``given`` cannot be recorded, with what to do about it; None when it can be recorded.

    ``planned``: the current plan asks for the run.
    """
    if run is None:
        return NO_RUN
    if not planned:
        return NOT_PLANNED
    if given.vehicle not in fleet:
        return Text(
            f"Không có xe {given.vehicle!r} trong sổ đăng ký; hãy chọn xe trong danh sách.",
            f"Vehicle {given.vehicle!r} is not in the register; choose one from the list.",
        )
    if given.since >= given.until:
        return Text("Giờ bắt đầu phải trước giờ kết thúc.", "The start must be before the end.")
    begins = day_start(given.day)
    if given.since < begins - timedelta(hours=12) or given.until > begins + LONGEST:
        return Text(
            "Khoảng thời gian nằm ngoài ngày thu gom; hãy sửa giờ.",
            "The period lies outside the service day; correct the times.",
        )
    if not given.by.strip():
        return Text("Hãy ghi tên người quyết định.", "Enter who decided.")
    if max(len(given.by), len(given.note)) > WORDS_AT_MOST:
        return Text(
            f"Ghi chú và tên dài tối đa {WORDS_AT_MOST} ký tự.", f"Note and name: at most {WORDS_AT_MOST} characters."
        )
    return None
