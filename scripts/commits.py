"""Check commit messages: a subject of at most 72 characters that names its room, and a body that says why."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUBJECT_MAX = 72


def faults(message: str) -> list[str]:
    """Faults of a commit message; empty when it is right."""
    subject, _, body = message.partition("\n")
    found = []
    if len(subject) > SUBJECT_MAX:
        found.append(f"subject has {len(subject)} characters, more than {SUBJECT_MAX}")
    if ": " not in subject:
        found.append('subject names no room ("store: what changes")')
    if not body.strip():
        found.append("no body that says why")
    return found


def main() -> int:
    """Check every commit since this rule was added, except merges; returns 1 when one breaks it."""
    begun = _git("log", "--diff-filter=A", "--format=%H", "--", "scripts/commits.py").split()
    if not begun:
        print("BỎ QUA / SKIPPED: no history here to check commit messages in")
        return 0
    wrong = 0
    for commit in _git("rev-list", "--no-merges", f"{begun[-1]}..HEAD").split():
        for fault in faults(_git("log", "-1", "--format=%B", commit)):
            print(f"{commit[:10]}: {fault}")
            wrong += 1
    return 1 if wrong else 0


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main())
