"""The command `python -m data_sources.plan`: the only module of this package that calls the import."""

import sys

from intake.plan_command import main

if __name__ == "__main__":
    sys.exit(main())
