"""Codes of the second factor as RFC 6238 computes them, around now, and none twice."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.access.second_factor import (
    RECOVERY_CODES,
    STEP_S,
    address_of_secret,
    code_at,
    new_recovery_codes,
    new_secret,
    read_code,
    shown_recovery_code,
    spelled,
    step_at,
    step_of,
)

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "eight"),
    [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ],
)  # fmt: skip
def test_the_codes_are_those_of_the_standard(seconds: int, eight: str) -> None:
    """RFC 6238, appendix B; six digits are the last six of its eight."""
    assert code_at(SECRET, seconds // STEP_S) == eight[2:]


def test_a_telephone_may_be_half_a_minute_wrong_and_no_code_counts_twice() -> None:
    now = step_at(NOW)
    for step in (now - 1, now, now + 1):
        assert step_of(SECRET, code_at(SECRET, step), NOW, used=0) == step
        assert step_of(SECRET, code_at(SECRET, step), NOW, used=step) is None
    for step in (now - 2, now + 2):
        assert step_of(SECRET, code_at(SECRET, step), NOW, used=0) is None
    assert step_of(SECRET, code_at(SECRET, now), NOW + timedelta(minutes=2), used=0) is None
    for wrong in ("", "12345", "abcdef", "１２３４５６", code_at(SECRET, now) + "0"):
        assert step_of(SECRET, wrong, NOW, used=0) is None


def test_a_telephone_reads_the_secret_from_one_address_and_a_person_from_groups() -> None:
    told = urlsplit(address_of_secret(SECRET, "lan"))
    assert (told.scheme, told.netloc, told.path) == ("otpauth", "totp", "/IOC%20Long%20An:lan")
    assert parse_qs(told.query)["secret"] == [spelled(SECRET).replace(" ", "")]
    assert spelled(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert len(new_secret()) == 20 != new_secret()


def test_codes_of_reserve_differ_and_are_read_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    assert {read_code(f" {shown_recovery_code(code).upper()} ") for code in codes} == set(codes)
    assert read_code("123 456") == "123456"
