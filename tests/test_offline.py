"""No connection leaves the machine, and nothing but the shipped files is needed.

Every network call and every child process of the real programs is recorded by an audit hook,
in all their Python processes. Where the system can give a process a network of its own without
any interface, the programs run there as well: that catches what a hook in Python cannot see.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.model

ROOT = Path(__file__).parent.parent
QUESTION = "Who is the U.S. special envoy for Afghan women?"
# What the test's own environment may say about it: the programs must be offline by themselves.
HELP = re.compile(r"(?i)_OFFLINE$|_proxy$|TELEMETRY|ANALYTICS|DO_NOT_TRACK")

# Installed as sitecustomize, which Python imports before anything else.
HOOK = """
import json, os, sys

EVENTS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr",
          "socket.sendto", "socket.sendmsg", "subprocess.Popen", "os.system", "os.exec",
          "os.posix_spawn")

def record(event, arguments):
    if event in EVENTS:
        seen = [str(item) if isinstance(item, bytes) else item for item in arguments]
        line = json.dumps([event, seen], default=str) + "\\n"
        file = os.open(os.environ["RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)

sys.addaudithook(record)
"""


class Place:
    """A folder with the seeds, no model cache, and an environment that records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = folder / "record.jsonl"
        (folder / "hook").mkdir()
        (folder / "hook/sitecustomize.py").write_text(HOOK, encoding="utf-8")
        shutil.copytree(ROOT / "seeds", folder / "seeds")
        shutil.copy(ROOT / "app.py", folder / "app.py")
        kept = {name: value for name, value in os.environ.items() if not HELP.search(name)}
        self.environment = {
            **kept,
            "PYTHONPATH": os.pathsep.join([str(folder / "hook"), str(ROOT / "src")]),
            "RECORD": str(self._log),
            "HOME": str(folder),
            "HF_HOME": str(folder / "huggingface"),
        }

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def events(self) -> list[tuple[str, list[Any]]]:
        text = self._log.read_text(encoding="utf-8") if self._log.exists() else ""
        return [(event, seen) for event, seen in map(json.loads, text.splitlines())]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def target(event: str, seen: list[Any]) -> object:
    """The host, address or program that an event is about."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        return seen[1][0] if isinstance(seen[1], list) else seen[1]
    return seen[0]


def outside(events: list[tuple[str, list[Any]]]) -> list[tuple[str, object]]:
    """The network events that are about another machine."""
    return [
        (event, target(event, seen))
        for event, seen in events
        if event.startswith("socket.") and not is_here(target(event, seen))
    ]


def programs(events: list[tuple[str, list[Any]]]) -> set[str]:
    """The names of the programs that were started."""
    return {
        Path(str(target(event, seen))).name
        for event, seen in events
        if not event.startswith("socket.")
    }


def is_here(host: object) -> bool:
    """Whether a host is this machine: loopback, a Unix socket (a path), or none at all."""
    if host in (None, "", "localhost") or str(host).startswith(("/", "\0")):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


# Asking the kernel or the C library about themselves, which no package of ours can avoid. Gradio
# imports matplotlib where it is installed, which the tests need and afgqa does not; on its first
# import that lists the fonts of the machine.
HARMLESS = {"uname", "lscpu", "ldconfig", "gcc", "cc", "ld", "fc-list"}


def check(place: Place) -> None:
    events = place.events()
    assert outside(events) == []
    assert programs(events) <= HARMLESS


def test_the_record_sees_what_it_should(place: Place) -> None:
    code = """
import contextlib, socket, subprocess, sys
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
tcp = socket.socket()
tcp.setblocking(False)
tcp.connect_ex(("192.0.2.1", 9))
for call in (
    lambda: udp.sendto(b"", ("192.0.2.2", 9)),
    lambda: socket.getaddrinfo("name.invalid", 80, flags=socket.AI_NUMERICHOST),
    lambda: socket.getaddrinfo("127.0.0.1", 80),
    lambda: socket.socket(socket.AF_UNIX).connect("/nowhere"),
):
    with contextlib.suppress(OSError):
        call()
subprocess.run([sys.executable, "-c", "import socket; socket.gethostbyname('127.0.0.1')"])
subprocess.run(["/bin/echo"], stdout=subprocess.DEVNULL)
"""
    assert place.run(sys.executable, "-c", code).stderr == ""
    assert outside(place.events()) == [
        ("socket.connect", "192.0.2.1"),
        ("socket.sendto", "192.0.2.2"),
        ("socket.getaddrinfo", "name.invalid"),
    ]
    assert programs(place.events()) == {Path(sys.executable).name, "echo"}
    assert ("socket.gethostbyname", ["127.0.0.1"]) in place.events()  # the child is watched too


def test_index_and_ask_touch_no_other_machine(place: Place) -> None:
    afgqa = (sys.executable, "-m", "afgqa")
    made = place.run(*afgqa, "index")
    assert (made.returncode, made.stderr) == (0, "")
    asked = place.run(*afgqa, "ask", QUESTION)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.startswith("Rina Amiri [1]\n")
    check(place)


def test_the_page_touches_no_other_machine(place: Place) -> None:
    with serving(place) as url:
        assert "Rina Amiri" in get(f"{url}/")  # the article is on the page
        call = post(f"{url}/gradio_api/call/ask", {"data": [QUESTION, []]})
        events = get(f"{url}/gradio_api/call/ask/{call['event_id']}")
        tool = {"name": "ask_article", "arguments": {"question": QUESTION}}
        told = tool_call(f"{url}/gradio_api/mcp/", tool)
    found = re.search(r"^event: complete\ndata: (.*)$", events, re.MULTILINE)
    assert found is not None, events
    (row,) = json.loads(found[1])
    assert (row["short"], len(row["citations"])) == ("Rina Amiri", 1)
    assert json.loads(told["content"][0]["text"])["short"] == "Rina Amiri"
    check(place)


@contextmanager
def serving(place: Place) -> Iterator[str]:
    """`app.py` on a free port of this machine, until it is no longer needed; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)],
        cwd=place.folder,
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said: list[str] = []
            while not said or f"http://127.0.0.1:{port}" not in said[-1]:
                said.append(process.stdout.readline())
                assert said[-1], "".join(said)  # it ended
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def get(url: str) -> str:
    with OPENER.open(url, timeout=60) as response:
        return str(response.read().decode())


def post(url: str, data: object) -> Any:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(data).encode(), headers)
    with OPENER.open(request, timeout=60) as response:
        return json.load(response)


def tool_call(url: str, call: object) -> Any:
    """What the server for tools gives, as the one event of its stream."""
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    kinds = "application/json, text/event-stream"
    headers = {"Content-Type": "application/json", "Accept": kinds}
    asked = urllib.request.Request(url, json.dumps(request).encode(), headers)
    with OPENER.open(asked, timeout=60) as response:
        events = response.read().decode()
    (data,) = re.findall(r"^data: (.+)$", events, re.MULTILINE)
    return json.loads(data)["result"]


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

# -- without any network ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alone() -> tuple[str, ...]:
    """What to put before a command so that it runs with no network interface at all."""
    prefix = ("unshare", "--map-root-user", "--net")
    if shutil.which("unshare") is None:
        pytest.skip("no unshare on this machine (it is in util-linux)")
    tried = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this machine gives no network namespace: {tried.stderr.strip()}")
    return prefix


def test_index_and_ask_without_any_network(place: Place, alone: tuple[str, ...]) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 9), 5)"
    reached = place.run(*alone, sys.executable, "-c", code)
    assert "Network is unreachable" in reached.stderr
    afgqa = (*alone, sys.executable, "-m", "afgqa")
    made = place.run(*afgqa, "index")
    assert (made.returncode, made.stderr) == (0, "")
    asked = place.run(*afgqa, "ask", QUESTION)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.startswith("Rina Amiri [1]\n")
