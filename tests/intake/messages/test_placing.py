"""Names in place of codes: accepted when one place has the name, refused with the candidates when several do."""

from datetime import UTC, datetime

import pytest

from data_sources import coverage
from domain.feeds.feed import Format, Payload
from domain.observation import Kind, Observation, Rejection
from domain.places.place import said_twice
from domain.reason import Reason
from intake.messages.decoding import FeedShare, decode, examine
from intake.messages.placing import placed

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def said(place: str, territory: str = "2025-07", entity: str = "") -> Observation:
    return Observation(
        feed="coverage", measure="households", at=NOW, received_at=NOW, value=5, kind=Kind.DECLARED, source="VNPT",
        place=place, territory=territory if place else "", entity=entity,
    )  # fmt: skip


def refusal(item: Observation) -> Rejection:
    judged = placed(item)
    assert isinstance(judged, Rejection)
    return judged


@pytest.mark.parametrize(
    ("place", "territory", "code"),
    [
        ("27694", "2025-07", "27694"),
        ("Phường Long An", "2025-07", "27694"),
        ("ben luc", "2025-07", "27991"),
        ("Bình Thạnh, Thủ Thừa", "2024-01", "28063"),
        ("P.2 TP.Tân An", "2024-01", "27688"),
        ("80", "2025-07", "80"),
    ],
)
def test_a_code_or_a_clear_name_is_taken(place: str, territory: str, code: str) -> None:
    judged = placed(said(place, territory))
    assert isinstance(judged, Observation)
    assert (judged.place, judged.territory, judged.value) == (code, territory, 5)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("Phường Long An", True), ("P. Long An, tỉnh Tây Ninh", True), ("UBND phường Long An", True),
        ("Long An", True), ("Một cửa phường Long An", True), ("Phường Tân An", False), ("Xã Bến Lức", False),
    ],
)  # fmt: skip
def test_a_name_beside_a_code_may_not_be_that_of_another_place(name: str, taken: bool) -> None:
    judged = placed(said(said_twice("27694", name)))
    if taken:
        assert isinstance(judged, Observation)
        assert judged.place == "27694"
    else:
        assert isinstance(judged, Rejection)
        assert judged.reason is Reason.CODE_OF_ANOTHER
        assert "27694 Phường Long An" in judged.detail
        assert name in judged.detail


def test_a_column_of_names_that_slipped_by_a_row_is_refused_and_moves_no_figure() -> None:
    table = "Mã xã;Tên xã;Hộ gia đình\n27694;Phường Tân An;5\n27712;Phường Tân An;6\n;Xã Bến Lức;7\n"
    payload = Payload(
        feed="coverage", format=Format.FILE, body=table.encode(), name="a-2026-10.csv", received_at=NOW, source="VNPT"
    )
    found = decode(coverage.FEED, payload)
    kept = {one.place: one.value for one in found if isinstance(one, Observation)}
    assert kept == {"27712": 6, "27991": 7}
    assert [one.reason for one in found if isinstance(one, Rejection)] == [Reason.CODE_OF_ANOTHER]


@pytest.mark.parametrize(("hamlet", "taken"), [("Ấp 1", False), ("Khu phố Bình Quân", False), ("", True), ("12", True)])
def test_a_figure_of_a_hamlet_is_not_that_of_its_commune(hamlet: str, taken: bool) -> None:
    table = f"Ấp, khu phố;Xã;Hộ gia đình\n{hamlet};Xã Bến Lức;7\n"
    payload = Payload(
        feed="coverage", format=Format.FILE, body=table.encode(), name="a-2026-10.csv", received_at=NOW, source="VNPT"
    )
    found = decode(coverage.FEED, payload)
    assert [one.value for one in found if isinstance(one, Observation)] == ([7] if taken else [])
    refused = [one for one in found if isinstance(one, Rejection)]
    assert [(one.reason, hamlet in one.detail) for one in refused] == ([] if taken else [(Reason.UNKNOWN_PLACE, True)])


def test_what_has_no_place_stays_as_it_is() -> None:
    vehicle = said("", entity="LA-001")
    assert placed(vehicle) is vehicle


def test_a_name_of_several_places_is_refused_with_the_candidates() -> None:
    refused = refusal(said("Bình Thạnh", "2024-01"))
    assert refused.reason is Reason.AMBIGUOUS_PLACE
    assert "27802 Xã Bình Thạnh, Huyện Mộc Hóa; 28063 Xã Bình Thạnh, Huyện Thủ Thừa" in refused.detail
    assert (refused.feed, refused.source, refused.received_at) == ("coverage", "VNPT", NOW)
    assert "Bình Thạnh = 5" in refused.raw


def test_a_name_of_another_version_is_refused_and_the_version_named() -> None:
    refused = refusal(said("xã Long An"))
    assert refused.reason is Reason.UNKNOWN_PLACE
    assert "2024-01, 2024-12" in refused.detail


@pytest.mark.parametrize(
    ("place", "territory"),
    [
        ("27688", "2025-07"),
        ("Bến Lứt", "2025-07"),
        ("Sài Gòn", "2025-07"),
        ("27694", "1999-01"),
        ("x" * 5000, "y" * 5000),
    ],
)
def test_nothing_similar_is_ever_taken(place: str, territory: str) -> None:
    refused = refusal(said(place, territory))
    assert refused.reason is Reason.UNKNOWN_PLACE
    assert len(refused.detail) < 300


def test_the_sender_hears_at_once_which_names_were_not_clear() -> None:
    body = "Huyện;Xã;territory;households\nThủ Thừa;Bình Thạnh;2024-01;1\n;Bình Thạnh;2024-01;2\n;Bến Lức;;3\n"
    payload = Payload(
        feed="coverage", format=Format.FILE, body=body.encode(), received_at=NOW, name="coverage-2026-10.csv"
    )
    receipt = examine([FeedShare(payload)], {"coverage": coverage.FEED})
    assert (receipt.accepted, receipt.rejected) == (2, 1)
    assert receipt.says(Reason.AMBIGUOUS_PLACE)
    assert [item.place for item in decode(coverage.FEED, payload) if isinstance(item, Observation)] == [
        "28063",
        "27991",
    ]
