"""Shared by all commands: refuse a wrong command line, check arguments, name the user."""

import argparse
import getpass
import sys
from typing import NoReturn

OK, REFUSED, WRONG_USE = 0, 2, 64
"""Exit codes: done, the file or the request was refused, wrong command line."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are in Vietnamese and English."""

    def error(self, message: str) -> NoReturn:
        """End with WRONG_USE."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"Sai cách dùng / wrong use: {message}\n")


def words(text: str) -> str:
    """An argument that must not be blank."""
    if not text.strip():
        raise argparse.ArgumentTypeError("không được để trống / must not be empty")
    return text.strip()


def user() -> str:
    """Name of the account; a container may run under a number that has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"


def say(message: str) -> None:
    """Print a message to stderr, apart from the command's result."""
    print(message, file=sys.stderr)
