"""Under which names a request may come, and from the pages of which origins.

A page of another site can have a name of its own point to this machine, and would then read here
what it likes (DNS rebinding). So a request must name this server, and a page that sends one must
be this server's own, or be named by `--name`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope

from afgqa.errors import InputError

__all__ = ["LOOPBACK", "Refusal", "ServedHosts", "is_loopback"]

LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))
"""The names of this machine for itself."""

_STANDARD: Final = {"http": 80, "https": 443}
# A name of letters, digits, hyphens and dots, or an address in brackets; then perhaps a port.
_HOST: Final = re.compile(r"(?:([A-Za-z0-9._-]{1,253})|\[([0-9A-Fa-f:.]{2,45})\])(?::(\d{1,5}))?")
_ORIGIN: Final = re.compile(r"(https?)://([^/?#@\\]+)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused: a status of HTTP, and words for a person."""

    status: int
    text: str


class ServedHosts:
    """The names and ports of a server that listens at `host` and `port`.

    `names` are further ones, "NAME" or "NAME:PORT", for a proxy in front of it; one without a port
    stands for the port that is served and for those of http and https. InputError for a name that
    is none.
    """

    def __init__(self, host: str, port: int, names: Iterable[str] = ()) -> None:
        self._port = port
        self._loopback = is_loopback(host)
        own = {host.lower()} if self._loopback else {host.lower(), *_hostnames()}
        self._names = LOOPBACK | own
        self._given: set[tuple[str, int]] = set()
        for name in names:
            found = _parsed(name)
            if found is None:
                raise InputError(f"{name!r:.80} is no name of a host. Give NAME or NAME:PORT.")
            ports = (port, *_STANDARD.values()) if found[1] is None else (found[1],)
            self._given.update((found[0], one) for one in ports)

    def refusal(self, scope: Scope) -> Refusal | None:
        """Why the request may not come under its names, None where it may."""
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        host = _parsed(hosts[0]) if len(hosts) == 1 else None
        if host is None:
            return Refusal(400, "The Host of this request is missing or malformed.")
        name, port = host[0], host[1] or _STANDARD.get(scope["scheme"], 80)
        if not self._serves(name, port):
            return Refusal(403, f"This page does not answer to {name}:{port}; see --name.")
        if not origins:  # a call by hand, or a page of this server that only reads
            return None
        if origins == ["null"]:  # a page that hides where it comes from
            return Refusal(403, "This page takes no requests from hidden origins.")
        origin = _origin(origins[0]) if len(origins) == 1 else None
        if origin is None:
            return Refusal(400, "The Origin of this request is malformed.")
        if origin != (name, port) and origin not in self._given:
            return Refusal(403, "This page takes no requests from pages of other sites.")
        return None

    def _serves(self, name: str, port: int) -> bool:
        if (name, port) in self._given:
            return True
        # An address cannot be made to point elsewhere, as a name can.
        known = name in self._names or (not self._loopback and _is_address(name))
        return known and port == self._port


def is_loopback(host: str) -> bool:
    """Whether what listens at this host is reached from its own machine alone."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _hostnames() -> set[str]:
    name = socket.gethostname().lower()
    return {name, f"{name}.local"}


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _parsed(host: str) -> tuple[str, int | None] | None:
    """Name or address in lower case, and port, of "NAME[:PORT]"; None where it is malformed."""
    found = _HOST.fullmatch(host)
    if found is None:
        return None
    name, address, port = found.groups()
    if address is not None:
        try:
            address = ipaddress.IPv6Address(address).compressed
        except ValueError:
            return None
    if port is not None and not 0 < int(port) < 1 << 16:
        return None
    return str(name or address).lower(), None if port is None else int(port)


def _origin(origin: str) -> tuple[str, int] | None:
    found = _ORIGIN.fullmatch(origin)
    host = None if found is None else _parsed(found[2])
    if found is None or host is None:
        return None
    return host[0], host[1] or _STANDARD[found[1]]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
