"""The command `python -m data_sources.places`: the one place in this room that knows what is done with a file."""

import sys

from intake.map_command import main

if __name__ == "__main__":
    sys.exit(main())
