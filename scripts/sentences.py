"""Print sentences of docstrings of two commits side by side, drawn at random: sentences.py SEED COUNT BEFORE [AFTER].

A reader judges by them whether prose got better. A sentence stands beside the first sentence of the same module,
class or function afterwards, wherever its file went; "—" when that is gone.
"""

import ast
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_KINDS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def main(arguments: list[str]) -> int:
    """Print ``COUNT`` pairs as a Markdown table."""
    seed, count, before, *after = arguments
    earlier, later = said(before), said(*(after or ["HEAD"]))
    for name in random.Random(int(seed)).sample(sorted(earlier), int(count)):  # noqa: S311 - a draw anybody can repeat
        print(f"| `{name}` | {earlier[name]} | {later.get(name, '—')} |")
    return 0


def said(commit: str) -> dict[str, str]:
    """First sentence of each docstring of a commit's tree, by name; names that occur twice are left out."""
    found: dict[str, list[str]] = {}
    for path in _git("ls-tree", "-r", "--name-only", commit).splitlines():
        if path.endswith(".py") and not path.startswith("tests/"):
            for name, text in _docstrings(ast.parse(_git("show", f"{commit}:{path}")), path):
                found.setdefault(name, []).append(re.split(r"(?<=[.!?])\s", " ".join(text.split()))[0])
    return {name: texts[0] for name, texts in found.items() if len(texts) == 1}


def _docstrings(tree: ast.Module, path: str) -> Iterator[tuple[str, str]]:
    named: list[tuple[str, ast.AST]] = [(Path(path).stem.lstrip("_"), tree)]
    for node in tree.body:
        if isinstance(node, _KINDS):
            named.append((node.name, node))
        if isinstance(node, ast.ClassDef):
            named += [(f"{node.name}.{part.name}", part) for part in node.body if isinstance(part, _KINDS)]
    return ((name, text) for name, node in named if (text := ast.get_docstring(node)))  # type: ignore[arg-type]


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
