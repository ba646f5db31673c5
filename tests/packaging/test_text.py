"""No tracked file names this machine: no path on it, no host that packages come from."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Put together from pieces, so that this file does not hold what it looks for.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org"))]
FOLDERS = ["work", "root", "home", "Users", "tmp"]
LOCAL_PATH = re.compile(rf"(?<![\w.)])/(?:{'|'.join(FOLDERS)})/\w|\b[A-Z]:\\Users\\", re.ASCII)
HOST_OF_URL = re.compile(r"\b[a-z+]+://(?:[^/\s@]*@)?([^/\s:,'\"\]]+)")


def tracked() -> list[Path]:
    """List what git tracks, and what it would if it were added."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    return [
        (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in tracked()
        if b"\0" not in path.read_bytes()
    ]


def hosts_here() -> set[str]:
    """Name the hosts that this machine's pip is set up to ask; nothing of it is ever shown."""
    config = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True
    )
    settings = [config.stdout, *(value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_")))]
    return {host for setting in settings for host in HOST_OF_URL.findall(setting) if "." in host}


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine() -> None:
    assert lines_with(LOCAL_PATH) == []


def test_no_path_of_this_machine() -> None:
    places = {str(place) for place in (ROOT, Path.home(), Path(sys.prefix)) if len(place.parts) > 2}
    if places:
        assert lines_with(re.compile("|".join(map(re.escape, places)))) == []


def test_no_package_registry() -> None:
    found = lines_with(re.compile("|".join(map(re.escape, sorted({*HOSTS, *hosts_here()})))))
    assert found == []  # kept apart from the line above, so that a failure does not print the hosts


@pytest.mark.parametrize("line", ["see " + "/home" + "/me/net.py", "C:" + "\\Users\\me", "('" + "/tmp" + "/x')"])  # noqa: S108
def test_the_search_finds_a_path(line: str) -> None:
    assert LOCAL_PATH.search(line)


@pytest.mark.parametrize("line", ["https://example.com/home/page", "a/root/of", "../tmp/x", "w / root / x"])
def test_the_search_leaves_other_text_alone(line: str) -> None:
    assert not LOCAL_PATH.search(line)


def test_the_search_finds_the_host_of_an_index() -> None:
    assert HOST_OF_URL.findall("index-url='https://user:word@index.example.com:443/simple'") == ["index.example.com"]
