"""When a street was collected: most of it, not the block that was crossed before or fetched hours later."""

from datetime import UTC, datetime, timedelta

from domain.waste.run import Because, Punctuality, Span, StreetResult, StreetState, Stretch

TURN = datetime(2026, 11, 30, 7, 13, tzinfo=UTC)


def minutes(span: Span | None) -> list[float] | None:
    return None if span is None else [(at - TURN).total_seconds() / 60 for at in span]


def _piece(from_m: float, to_m: float, since: float, until: float) -> Stretch:
    return Stretch(
        from_m=from_m, to_m=to_m, state=StreetState.SERVED, because=Because.COLLECTED,
        first_at=TURN + timedelta(minutes=since), last_at=TURN + timedelta(minutes=until),
    )  # fmt: skip


def served(*pieces: tuple[float, float, float], due_m: float = 1_000.0) -> Span | None:
    """Of a street whose pieces are (metres, minutes after its turn from, to)."""
    found: list[Stretch] = []
    at_m = 0.0
    for metres, since, until in pieces:
        found.append(_piece(at_m, at_m + metres, since, until))
        at_m += metres
    street = StreetResult(
        order=1, name="Đường mẫu 10", state=StreetState.SERVED, punctuality=Punctuality.ON_TIME, due_m=due_m,
        stretches=tuple(found), begins=TURN, first_at=min(one.first_at for one in found if one.first_at),
        last_at=max(one.last_at for one in found if one.last_at),
    )  # fmt: skip
    return street.served


def test_a_block_fetched_hours_later_does_not_make_its_street_late() -> None:
    assert minutes(served((500, 1, 25), (195, 203, 206), (305, 25, 49))) == [1, 49]


def test_a_block_crossed_before_the_turn_does_not_make_its_street_early() -> None:
    assert minutes(served((150, -100, -99), (400, 0, 8), (450, 8, 15))) == [0, 15]


def test_what_was_collected_just_before_and_after_belongs_to_it() -> None:
    whole = served((100, -5, -4), (800, 0, 20), (100, 30, 33))
    assert minutes(whole) == [-5, 33], "a crew stands at a corner, or empties a bin, in between"
    crossed = served((100, -20, -14), (800, 0, 20), (100, 20, 22))
    assert minutes(crossed) == [0, 22], "on the way along the street before"


def test_what_it_needs_to_count_as_collected_is_told_however_late() -> None:
    assert minutes(served((400, 0, 10), (600, 90, 120))) == [0, 120]
    assert minutes(served((200, 0, 5), (100, 90, 95))) == [0, 95], "of a part all of it"


def test_what_a_silence_hides_is_not_looked_for_hours_later() -> None:
    assert minutes(served((550, 1, 20), (150, 130, 134))) == [1, 20], "of 1.000 m nobody knows about 300"


def test_a_street_of_which_no_piece_says_when_it_was_collected() -> None:
    street = StreetResult(
        order=1, name="", state=StreetState.SERVED, punctuality=Punctuality.UNKNOWN, due_m=0.0, stretches=(),
        last_at=TURN,
    )  # fmt: skip
    assert minutes(street.served) == [0, 0]


def test_a_stop_has_no_metres() -> None:
    assert minutes(served((0, 1, 1), due_m=0.0)) == [1, 1]
