"""The command `python -m data_sources.places`; the only module here that imports intake."""

import sys

from intake.map_command import main

if __name__ == "__main__":
    sys.exit(main())
