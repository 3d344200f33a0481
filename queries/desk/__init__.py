"""What the desks show: files of figures that people handed in."""
