"""Map files of the operator, read and checked: boundaries of the units and streets. None of these is a feed."""
