"""Passwords: hashed with scrypt (RFC 7914), and the file that keeps the accounts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from afgqa.errors import InputError

__all__ = ["SHORTEST", "Accounts", "account_line", "read_accounts"]

SHORTEST: Final = 8
"""Characters of a password, at least (NIST SP 800-63B)."""

# 32 MB and some 0.2 s for each guess; one of the equal choices of the OWASP cheat sheet.
_COST: Final = (1 << 15, 8, 3)
_MEMORY: Final = 128 << 20  # bytes that a hash of a file may ask for
_LONGEST: Final = 1024  # characters of a password
_NAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")


@dataclass(frozen=True, slots=True)
class _Hash:
    n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    def fits(self, password: str) -> bool:
        made = _scrypt(password, self.salt, self.n, self.r, self.p, len(self.key))
        return hmac.compare_digest(made, self.key)


class Accounts:
    """Names and the hashes of their passwords."""

    def __init__(self, hashes: dict[str, _Hash]) -> None:
        self._hashes = hashes
        self._nobody = next(iter(hashes.values()))

    def fits(self, name: str, password: str) -> bool:
        """Whether this is the password of this name; as slow for a name that is unknown."""
        if len(password) > _LONGEST:
            return False
        known = self._hashes.get(name)
        return (known or self._nobody).fits(password) and known is not None


def account_line(name: str, password: str) -> str:
    """The line of an account for the file that `read_accounts` reads; InputError for a bad one."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r:.80} cannot be the name of an account. Use up to 64 letters, digits, "
            "dots, hyphens, underscores or @."
        )
    if not SHORTEST <= len(password) <= _LONGEST:
        raise InputError(
            f"The password has {len(password)} characters. Choose one of {SHORTEST} to {_LONGEST}."
        )
    salt = secrets.token_bytes(16)
    n, r, p = _COST
    key = _scrypt(password, salt, n, r, p, 32)
    return f"{name}:scrypt${n}${r}${p}${_text(salt)}${_text(key)}"


def read_accounts(path: Path) -> Accounts:
    """The accounts of a file, one a line; "#" begins a comment. InputError says what is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}. Check the path.") from error
    hashes: dict[str, _Hash] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.strip().partition(":")
        found = _hash(rest)
        if found is None or not _NAME.fullmatch(name):
            raise InputError(
                f"{path}, line {number} is no account. Make the line with `afgqa password NAME`."
            )
        if name in hashes:
            raise InputError(f"{path}, line {number}: there are two accounts {name}. Remove one.")
        hashes[name] = found
    if not hashes:
        raise InputError(f"{path} has no account. Add a line: afgqa password NAME >> {path}")
    return Accounts(hashes)


def _hash(text: str) -> _Hash | None:
    try:
        kind, n, r, p, salt, key = text.split("$")
        found = _Hash(int(n), int(r), int(p), _bytes(salt), _bytes(key))
    except (ValueError, binascii.Error):
        return None
    costs = found.n > 1 and found.n & (found.n - 1) == 0 and found.r > 0 and 0 < found.p <= 16
    small = 128 * found.n * found.r <= _MEMORY
    return found if kind == "scrypt" and costs and small and len(found.key) >= 16 else None


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int, length: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt, n=n, r=r, p=p, maxmem=2 * _MEMORY, dklen=length,
    )  # fmt: skip


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
