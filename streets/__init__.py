"""Streets as a graph in arrays, the ways through it and tracks matched to it; pure, no file format and no store."""
