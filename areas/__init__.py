"""The areas of the centre, one file each: which feeds belong together, in which order, and how people see them."""
