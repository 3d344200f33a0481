"""A script checks commit messages, so that nobody needs to argue about them."""

from types import ModuleType

import pytest

from tests.scripts.house_script import loaded


@pytest.fixture(scope="module")
def commits() -> ModuleType:
    return loaded("commits")


def test_a_subject_that_names_its_room_and_a_body_are_right(commits: ModuleType):
    assert commits.faults("store: a told-again figure becomes a revision\n\nOffices correct by sending again.\n") == []


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("store: a figure becomes a revision\n", "body"),
        ("store: a figure becomes a revision\n\n  \n", "body"),
        ("A figure becomes a revision\n\nWhy.", "room"),
        ("store: " + "a" * 66 + "\n\nWhy.", "73 characters"),
    ],
)
def test_what_is_missing_is_named(commits: ModuleType, message: str, fault: str):
    (found,) = commits.faults(message)
    assert fault in found
