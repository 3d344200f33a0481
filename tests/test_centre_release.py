"""The release id follows the shipped files and nothing else."""

from pathlib import Path

from centre.release import release_id


def tree(root: Path) -> Path:
    for name in ("app.py", "live/hub.py", "assets/10-live.js", "var/ioc.sqlite3", "tests/test_x.py"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def test_the_same_files_make_the_same_release(tmp_path: Path) -> None:
    assert release_id(tree(tmp_path / "one")) == release_id(tree(tmp_path / "two"))


def test_a_changed_or_renamed_file_makes_a_new_release(tmp_path: Path) -> None:
    before = release_id(tree(tmp_path))
    (tmp_path / "assets/10-live.js").write_text("newer")
    changed = release_id(tmp_path)
    (tmp_path / "assets/10-live.js").rename(tmp_path / "assets/11-live.js")
    assert len({before, changed, release_id(tmp_path)}) == 3


def test_data_and_tests_are_not_part_of_it(tmp_path: Path) -> None:
    before = release_id(tree(tmp_path))
    (tmp_path / "var/ioc.sqlite3").write_text("more rows")
    (tmp_path / "tests/test_x.py").write_text("more tests")
    assert release_id(tmp_path) == before
