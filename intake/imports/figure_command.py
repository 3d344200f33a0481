"""The command of files of figures: send one, answer what it asks, approve it, withdraw it, list them."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from domain.access.principal import CENTRE
from domain.imports.desk import FigureDesk
from domain.imports.file_import import FileImport, OvertakenError, PrivateFileError, SamePersonError
from domain.imports.told import part_lines
from domain.text import Text
from intake.imports.command_line import OK, REFUSED, say, words
from intake.imports.map_report import both
from store.imports import Imports

_SHOWN = 50
NEEDS_PERSON = Text(
    "Tệp này chờ một người có vai trò người duyệt bấm duyệt tại /figures.",
    "This file waits for a person with the role approver, at /figures.",
)


def add_acts(parser: argparse.ArgumentParser) -> None:
    """Add what `python -m ingest figures` can do."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="send|list|read|answer|approve|withdraw|refuse")
    send = acts.add_parser("send", help="nạp một tệp / hand a file in")
    send.add_argument("path", type=Path)
    send.add_argument("--of", type=words, required=True, help="nguồn / feed")
    send.add_argument("--source", type=words, required=True, help="đơn vị gửi / who sends the figures")
    acts.add_parser("list", help="các tệp / files")
    acts.add_parser("read", help="đọc một tệp đã nhận / read a file that was received").add_argument("id")
    answer = acts.add_parser("answer", help="trả lời / answer: numbers/0/4=comma")
    answer.add_argument("id")
    answer.add_argument("answers", nargs="+", metavar="KEY=CODE")
    for name, about in (("approve", "duyệt / approve"), ("withdraw", "rút / withdraw"), ("refuse", "bỏ / give up")):
        acts.add_parser(name, help=about).add_argument("id")


async def carry_out(given: argparse.Namespace, desk: FigureDesk, imports: Imports) -> int:
    """Do what the command line says; returns the exit code."""
    if given.act == "list":
        for one in await asyncio.to_thread(imports.newest, _SHOWN):
            print("\t".join((one.id, one.stage.value, one.feed, one.source, one.file_name)))
        return OK
    try:
        done = await _act(given, desk)
    except OSError as error:
        say(f"Không mở được {given.path} / cannot open: {error.strerror}")
        return REFUSED
    except OvertakenError as other:
        say(f"Tệp đang ở bước / the file is {other.now.stage}: {other.now.approved_by or '-'}")
        return REFUSED
    except SamePersonError:
        say(both(NEEDS_PERSON))
        return REFUSED
    except PrivateFileError:
        say("Tệp có danh sách người nên không nhận / the file lists people and is not taken")
        return REFUSED
    except LookupError as error:
        say(f"Không có / there is no {error}")
        return REFUSED
    print(*lines_of(done), sep="\n")
    return REFUSED if done.refused and given.act != "refuse" else OK


async def _act(given: argparse.Namespace, desk: FigureDesk) -> FileImport:
    if given.act == "send":
        body = await asyncio.to_thread(given.path.read_bytes)
        return await desk.receive(given.of, given.path.name, given.source, body, CENTRE)
    if given.act == "answer":
        answers = dict(pair.split("=", 1) for pair in given.answers if "=" in pair)
        return await desk.answer(given.id, answers, CENTRE)
    if given.act == "read":
        return await desk.read(given.id)
    acts: dict[str, Callable[[str], Awaitable[FileImport]]] = {
        "approve": lambda id_: desk.approve(id_, CENTRE),
        "withdraw": lambda id_: desk.withdraw(id_, CENTRE),
        "refuse": lambda id_: desk.give_up(id_, CENTRE),
    }
    return await acts[given.act](given.id)


def lines_of(one: FileImport) -> Sequence[str]:
    """A file, what it would change, what it asks, and what was not taken or read."""
    head = [f"{one.id} {one.stage.value} {one.file_name}", *([both(one.refused)] if one.refused else [])]
    preview = one.preview
    if preview is None:
        return head
    return [
        *head,
        *map(both, preview.facts),
        f"mới / new {preview.new}, thay đổi / changed {preview.changed}, không đổi / unchanged {preview.unchanged}, "
        f"từ chối / refused {preview.refused}",
        *(f"? {q.key}: {both(q.words)} [{', '.join(c.code for c in q.choices)}]" for q in preview.questions),
        *(f"! {both(text)}" for text in preview.warnings),
        *(f"x {p.row},{p.column}: {both(p.reason)}. {p.detail}" for p in preview.problems[:_SHOWN]),
        *part_lines(preview.not_read),
    ]
