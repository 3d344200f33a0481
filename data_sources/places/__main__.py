"""The command `python -m data_sources.places`: the only module of this package that calls the import."""

import sys

from intake.map_command import main

if __name__ == "__main__":
    sys.exit(main())
