"""The map as data: ground, style, paper, SVG."""
