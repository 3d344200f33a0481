"""Registers of drivers; no file is kept."""

from domain.imports.kind import FileKind
from domain.text import Text

DRIVERS = "drivers"
KIND = FileKind(key=DRIVERS, of={DRIVERS: Text("Sổ tài xế", "Drivers' register")}, keeps_file=False)
