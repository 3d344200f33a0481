"""Routes of maps: tiles, layers, styles, imports."""
