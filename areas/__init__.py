"""The areas of the centre, one file each: which feeds they group, in which order, and how screens show them."""
