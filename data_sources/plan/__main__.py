"""The command `python -m data_sources.plan`; the only module here that imports intake."""

import sys

from intake.plan_command import main

if __name__ == "__main__":
    sys.exit(main())
