"""The command `python -m data_sources.plan`: the one place in this room that knows what is done with a file."""

import sys

from intake.plan_command import main

if __name__ == "__main__":
    sys.exit(main())
