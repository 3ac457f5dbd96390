"""The wheel: made alike from the same files, and with the package's own files alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[1]
LARGEST = 120_000_000  # bytes
METADATA = {
    f"afgqa-0.1.0.dist-info/{name}"
    for name in (
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
        "top_level.txt",
    )
}


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a checkout of the repository")
    return listed.stdout.removesuffix("\0").split("\0")


def built(names: list[str], folder: Path) -> Path:
    """The wheel that is made from the tracked files, copied by their content alone."""
    for name in names:
        if name.startswith("src/") or "/" not in name:
            copy = folder / "tree" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        (
            *(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"),
            *("-w", str(folder), str(folder / "tree")),
        ),
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        check=True,
        timeout=300,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_has_the_files_of_the_package_and_is_reproducible(tmp_path: Path) -> None:
    names = tracked()
    one, two = (built(names, tmp_path / each) for each in ("one", "two"))
    with zipfile.ZipFile(one) as archive:
        contents = set(archive.namelist())
    package = {name.removeprefix("src/") for name in names if name.startswith("src/afgqa/")}
    assert contents == package | METADATA
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size < LARGEST
