"""Cells of a column about which a question is open."""

from domain.imports.question import Topic
from domain.reason import Reason
from tests.data_sources.workbooks.test_reading import asked, csv, read, refused


def test_words_among_numbers_of_two_meanings_are_no_number_whatever_the_answer() -> None:
    found = read(csv([["Mã xã", "Hồ sơ đến hạn"], ["27694", "31.000"], ["27712", "nhiều"], ["27715", "12.000"]]))
    assert asked(found) == [Topic.NUMBERS]
    assert refused(found) == [Reason.UNCLEAR, Reason.BAD_NUMBER, Reason.UNCLEAR]
