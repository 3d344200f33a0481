"""Kinds of files beside those of feeds: one file each, found by `domain.imports.kind`."""
