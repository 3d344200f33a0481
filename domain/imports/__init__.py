"""Files that people hand in: what was understood, what must be asked, and the account of every cell."""
