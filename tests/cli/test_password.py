"""`afgqa password` makes the line by which an account signs in."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from afgqa.cli import main
from afgqa.ui.serving.passwords import read_accounts


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_line_is_one_of_the_accounts(
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long secret\n"))
    assert main(["password", "ann", *options]) == 0
    out = capsys.readouterr().out
    assert "a long secret" not in out
    line = json.loads(out)["line"] if options else out
    (tmp_path / "accounts").write_text(line, encoding="utf-8")
    accounts = read_accounts(tmp_path / "accounts")
    assert accounts.fits("ann", "a long secret")
    assert not accounts.fits("ann", "another secret")
