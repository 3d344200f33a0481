"""Registers of digital teams; no file is kept, and a commune hands in its own."""

from domain.imports.kind import FileKind
from domain.text import Text

TEAM_REGISTER = "team_register"
KIND = FileKind(
    key="teams",
    of={TEAM_REGISTER: Text("Danh sách tổ công nghệ số", "Register of digital teams")},
    keeps_file=False,
    of_units=True,
)
