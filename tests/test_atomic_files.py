"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from afgqa.atomic_files import write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_parts_take_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(path, b"new ", memoryview(b"text"))
    assert path.read_bytes() == b"new text"
    assert path.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync" if step == "fsync" else "pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "deep/a.txt")
    write_atomically(tmp_path / "link", b"text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "deep/a.txt").read_bytes() == b"text"
    assert names(tmp_path / "deep") == ["a.txt"]


def test_what_a_killed_program_left_is_removed_in_time(tmp_path: Path) -> None:
    """Neither what another program is writing now, nor a file that is somebody's own."""
    mine = ["a.txt.tmp", "a.txt.0123456x.tmp", "b.txt.01234567.tmp"]
    for name in ("a.txt.01234567.tmp", "a.txt.89abcdef.tmp", *mine):
        (tmp_path / name).write_bytes(b"half")
    long_ago = time.time() - 7200
    for name in ("a.txt.01234567.tmp", *mine):
        os.utime(tmp_path / name, (long_ago, long_ago))
    write_atomically(tmp_path / "a.txt", b"whole")
    assert names(tmp_path) == sorted(["a.txt", "a.txt.89abcdef.tmp", *mine])
