"""`python -m bench [NAME...]`: run the families that yield the named figures (all when none is named)."""

import argparse
import sys

import bench
from bench import first
from bench.rig import machine
from domain.discovery import modules


def main() -> int:
    """Print the machine, then each figure once measured; returns 1 when a name is unknown."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="name the figures and stop")
    wanted = parser.parse_args()
    families = [*modules(bench), *modules(first)]
    known = [name for family in families for name in family.FIGURES]
    if wanted.list:
        print("\n".join(known))
        return 0
    unknown = set(wanted.names) - set(known)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}", file=sys.stderr)
        return 1
    print(machine.line(), flush=True)
    for family in families:
        if not wanted.names or set(family.FIGURES) & set(wanted.names):
            for figure in family.measure():
                if not wanted.names or figure.name in wanted.names:
                    print(figure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
