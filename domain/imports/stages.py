"""How far a file has come and who decided, in words: at the desk, on the reporter's page and in the audit log."""

from collections.abc import Mapping

from domain.access.principal import ACTORS, Actor
from domain.imports.file_import import OPEN, FileImport, Stage
from domain.text import Text

STAGES: Mapping[Stage, Text] = {
    Stage.RECEIVED: Text("đã nhận, chưa đọc", "received, not read yet"),
    Stage.READ: Text("đang đọc", "being read"),
    Stage.PREVIEWED: Text("chờ trả lời", "waits for answers"),
    Stage.MAPPED: Text("chờ duyệt", "waits for approval"),
    Stage.APPROVED: Text("đã duyệt, đang ghi", "approved, being written"),
    Stage.APPLIED: Text("đã áp dụng", "applied"),
    Stage.WITHDRAWN: Text("đã rút", "withdrawn"),
    Stage.REFUSED: Text("không nhận", "refused"),
    Stage.GIVEN_UP: Text("người nạp đã bỏ", "given up by who handed it in"),
}
_TURNED_DOWN = Text(
    "{who} không nhận tệp này. Hãy hỏi lý do, sửa tệp rồi gửi lại.",
    "{who} did not take this file. Ask why, mend it and send it again.",
)
_CHANGES, _CHANGED = Text("Sẽ thay đổi", "Would change"), Text("Đã thay đổi", "Changed")
_WOULD = Text("Thay đổi nêu trong tệp", "Changes in the file")
_NOTHING_TO_COUNT = Text("không có số liệu nào để duyệt", "nothing to approve in it")


def stage_words(one: FileImport) -> Text:
    """How far it has come; a file that asks nothing, because nothing in it was understood, waits for no answer."""
    if one.stage is Stage.PREVIEWED and one.preview is not None and not one.preview.questions:
        return _NOTHING_TO_COUNT
    return STAGES[one.stage]


def changes_words(stage: Stage) -> Text:
    """The heading above what a file changes: it will, it has, or it would have."""
    if stage is Stage.APPLIED:
        return _CHANGED
    return _CHANGES if stage in OPEN or stage is Stage.APPROVED else _WOULD


def turned_down(by: str) -> Text:
    """Why a file ended that ``by`` did not take."""
    who = who_words(by)
    return Text(_TURNED_DOWN.vi.format(who=who.vi), _TURNED_DOWN.en.format(who=who.en))


def who_words(by: str) -> Text:
    """Who decided: a person by the account; the centre, a key or a screen by its kind."""
    actor, _colon, name = by.partition(":")
    if actor == Actor.PERSON or actor not in ACTORS:
        return Text(name or by, name or by)
    kind = ACTORS[Actor(actor)]
    return Text(f"{kind.vi} {name}", f"{kind.en} {name}") if name and actor != Actor.CENTRE else kind
