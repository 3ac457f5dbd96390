"""Who may come to the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from afgqa.errors import InputError
from afgqa.ui.serving.hosts import is_loopback
from afgqa.ui.serving.limits import Capacity

__all__ = ["FIRST_PORT", "Access"]

FIRST_PORT: Final = 7860


@dataclass(frozen=True, slots=True)
class Access:
    """Where the server listens, under which names, and who must sign in.

    `auth_file` has the accounts, None for no sign-in. Beyond this machine that needs `open` to be
    true: everybody who reaches the port may then ask. `capacity` is None for the usual one.
    """

    host: str = "127.0.0.1"
    port: int | None = FIRST_PORT
    names: tuple[str, ...] = ()
    auth_file: Path | None = None
    open: bool = False
    capacity: Capacity | None = None

    def check(self) -> None:
        """InputError where others would be let in without anybody having said so."""
        if self.auth_file is None and not self.open and not is_loopback(self.host):
            raise InputError(
                f"At {self.host} everybody who can reach this machine could ask its documents. "
                "Name a file of accounts with --auth-file FILE (afgqa password NAME makes its "
                "lines), or say --open if that is what you want."
            )
