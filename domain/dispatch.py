"""A dispatcher's word about who drives a run: checked before it is recorded."""

from collections.abc import Collection
from datetime import timedelta

from domain.instant import day_start
from domain.run import Override, RunResult
from domain.text import Text

# A night shift may reach into the next day; nobody drives one run for longer.
LONGEST = timedelta(hours=36)
WORDS_AT_MOST = 300
NO_RUN = Text(
    "Không có chuyến này trong ngày; danh sách ở /api/v1/runs.", "No such run on that day; /api/v1/runs lists them."
)
NOT_PLANNED = Text(
    "Chuyến này không còn trong kế hoạch của ngày; hãy nạp lại kế hoạch hoặc chọn chuyến khác.",
    "This run is no longer in the plan of the day; import the plan again or choose another run.",
)


def refusal(given: Override, run: RunResult | None, fleet: Collection[str], *, planned: bool) -> Text | None:
    """Why ``given`` cannot be recorded, in words that say what to do; None when it can.

    ``planned`` tells whether the plan as it is now asks for the run.
    """
    if run is None:
        return NO_RUN
    if not planned:
        return NOT_PLANNED
    if given.vehicle not in fleet:
        return Text(
            f"Không có xe {given.vehicle!r} trong sổ đăng ký; hãy chọn xe trong danh sách.",
            f"There is no vehicle {given.vehicle!r} in the register; choose one of the list.",
        )
    if given.since >= given.until:
        return Text("Giờ bắt đầu phải trước giờ kết thúc.", "The beginning must be before the end.")
    begins = day_start(given.day)
    if given.since < begins - timedelta(hours=12) or given.until > begins + LONGEST:
        return Text(
            "Khoảng thời gian nằm ngoài ngày thu gom; hãy sửa giờ.", "The period lies outside the service day; mend it."
        )
    if not given.by.strip():
        return Text("Hãy ghi ai quyết định.", "Say who decided.")
    if max(len(given.by), len(given.note)) > WORDS_AT_MOST:
        return Text(f"Ghi chú dài nhất {WORDS_AT_MOST} ký tự.", f"A note may have {WORDS_AT_MOST} letters.")
    return None
