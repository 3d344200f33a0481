"""Read pip-audit's report of requirements.txt: vulnerabilities fail, an unreachable database is only reported."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Print known vulnerabilities; returns 1 when a pinned package has one, 2 when pip-audit itself failed."""
    asked = [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / "requirements.txt"), "--disable-pip"]
    done = subprocess.run([*asked, "--require-hashes", "--format", "json"], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        unreachable = "Connection" in done.stderr or "timed out" in done.stderr
        print(done.stderr.strip()[-500:] if not unreachable else SKIPPED)
        return 0 if unreachable else 2
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        print(SKIPPED)
        return 0
    weak = [(package, weakness) for package in audited for weakness in package["vulns"]]
    for package, weakness in weak:
        print(f"{package['name']} {package['version']}: {weakness['id']}, fixed in {weakness['fix_versions']}")
    print(f"audited {len(audited)} of {len(packages)} packages, {len(weak)} known vulnerabilities")
    return 1 if weak else 0


SKIPPED = "BỎ QUA / SKIPPED: không hỏi được cơ sở dữ liệu lỗ hổng / the advisory database cannot be reached from here"

if __name__ == "__main__":
    sys.exit(main())
