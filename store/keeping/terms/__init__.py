"""How long the tables of areas that keep records keep their rows: one file each, found by `store.keeping.retention`."""
