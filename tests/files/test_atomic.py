"""Files replaced as a whole: a failure or a kill at any moment leaves the old text or the new, never a part of one."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import neurograph as ng
from neurograph.files import atomic
from neurograph.files.atomic import check_place, write_text
from neurograph.files.model import load, save

CALLS = ["open", "write", "fsync", "close", "stat", "access", "chown", "chmod", "replace", "unlink"]
posix = pytest.mark.skipif(os.name != "posix", reason="permissions and signals of POSIX")


def names_in(folder):
    return sorted(os.listdir(folder))


def test_a_file_is_made_and_replaced(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "first\r\nline\n")
    assert path.read_bytes() == b"first\r\nline\n"
    write_text(str(path), "é😀")
    assert path.read_bytes() == "é😀".encode()
    write_text(path, "")
    assert path.read_bytes() == b""
    assert names_in(tmp_path) == ["a.txt"]


def test_a_path_may_be_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_text("a.txt", "text")
    assert (tmp_path / "a.txt").read_text() == "text"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_an_existing_file_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(mode)
    write_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "usual.txt").write_text("")
    write_text(tmp_path / "a.txt", "text")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "usual.txt").stat().st_mode


@posix
def test_the_target_of_a_link_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "target.txt", tmp_path / "link.txt"
    link.symlink_to(Path("there") / "target.txt")
    for text in ("made", "replaced"):
        write_text(link, text)
        assert link.is_symlink()
        assert not target.is_symlink()
        assert target.read_text() == text
    assert names_in(tmp_path) == ["link.txt", "there"]
    assert names_in(tmp_path / "there") == ["target.txt"]


def written_to(path, text="new"):
    with pytest.raises(ng.NeurographError) as caught:
        write_text(path, text)
    return str(caught.value)


def test_no_such_folder(tmp_path):
    path = tmp_path / "none" / "a.txt"
    assert written_to(path) == (
        f"{path}: cannot be written (No such file or directory). There is no such folder. Make it first, or check the "
        "name."
    )


def test_a_folder_and_a_file_in_the_way(tmp_path):
    assert written_to(tmp_path).startswith(f"{tmp_path}: cannot be written (Is a directory). Choose another name")
    (tmp_path / "a.txt").write_text("old")
    assert "A part of the path is a file" in written_to(tmp_path / "a.txt" / "b.txt")
    assert (tmp_path / "a.txt").read_text() == "old"


@posix
def test_devices_pipes_and_links_in_a_circle_stay_what_they_are(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "it is a device or a pipe" in written_to(tmp_path / "pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    (tmp_path / "circle").symlink_to("circle")
    assert "cannot be written" in written_to(tmp_path / "circle")
    assert (tmp_path / "circle").is_symlink()
    assert names_in(tmp_path) == ["circle", "pipe"]


@posix
def test_a_name_that_is_too_long_or_holds_a_nul(tmp_path):
    assert "Choose a shorter name." in written_to(tmp_path / ("x" * 300))
    assert "cannot be written" in written_to(str(tmp_path / "a\0b"))
    assert names_in(tmp_path) == []


def test_text_that_no_file_can_hold(tmp_path):
    assert "half characters" in written_to(tmp_path / "a.txt", "\ud800")
    assert "a.txt, text: got 3, expected text" in written_to(tmp_path / "a.txt", 3)
    assert names_in(tmp_path) == []


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the superuser may write everywhere")
def test_no_permission(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o400)
    assert f"{path}: cannot be written (it is read-only)" in written_to(path)
    tmp_path.chmod(0o500)
    try:
        assert "Choose a folder that you may write to." in written_to(tmp_path / "b.txt")
    finally:
        tmp_path.chmod(0o700)
    assert path.read_text() == "old"


# Whether a file could be written, before there is anything to write.


def refused(path):
    with pytest.raises(ng.NeurographError) as caught:
        check_place(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["none/a.txt", ".", "a.txt/b.txt", "x" * 300, "a\0b", "pipe", "circle"])
@posix
def test_a_place_is_refused_in_the_words_of_writing(tmp_path, name):
    (tmp_path / "a.txt").write_text("old")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    path = str(tmp_path / name)
    assert refused(path) == written_to(path)
    assert names_in(tmp_path) == ["a.txt", "circle", "pipe"]


def test_a_place_that_is_fine_is_left_as_it_is(tmp_path):
    check_place(tmp_path / "a.txt")
    assert names_in(tmp_path) == []
    (tmp_path / "a.txt").write_text("old")
    before = (tmp_path / "a.txt").stat()
    check_place(str(tmp_path / "a.txt"))
    assert (tmp_path / "a.txt").read_text() == "old"
    assert (tmp_path / "a.txt").stat().st_mtime_ns == before.st_mtime_ns
    assert names_in(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("call", ["open", "fsync", "close"])
def test_a_place_that_fails_on_the_way_is_left_clean(tmp_path, call, monkeypatch):
    real = getattr(os, call)

    def fail(*args, **kwargs):
        if call == "close":
            real(*args)
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "a.txt"
    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, call, fail)
        said = refused(path)
    assert said == f"{path}: cannot be written (No space left on device). Make room, and save again."
    assert names_in(tmp_path) == []


# Failures at every call to the system.


class Failing:
    """The functions of `os`, of which the call with a given number fails."""

    def __init__(self, monkeypatch, at, error, short=False):
        self.count, self.failed = 0, None
        for name in CALLS:
            if hasattr(os, name):
                monkeypatch.setattr(atomic.os, name, self.watched(name, getattr(os, name), at, error, short))

    def watched(self, name, function, at, error, short):
        def call(*args, **kwargs):
            self.count += 1
            if self.count == at:
                self.failed = name
                if name == "close":
                    function(*args)  # the number is free again, also after a failure
                raise error
            if short and name == "write":
                args = (args[0], args[1][:2])
            return function(*args, **kwargs)

        return call


ERRORS = {
    "disk full": OSError(errno.ENOSPC, "No space left on device"),
    "no permission": PermissionError(errno.EACCES, "Permission denied"),
    "broken disk": OSError(errno.EIO, "Input/output error"),
    "Ctrl-C": KeyboardInterrupt(),
    "no memory": MemoryError(),
}


@pytest.mark.parametrize("short", [False, True], ids=["whole", "in pieces"])
@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize("kind", ERRORS)
def test_a_failure_at_any_call_leaves_the_old_file_whole(tmp_path, kind, existing, short):
    path, error = tmp_path / "a.txt", ERRORS[kind]
    failed_at = []
    for at in range(1, 100):
        path.unlink(missing_ok=True)
        if existing:
            path.write_text("old and longer")
        raised = None
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(patch, at, error, short)
            try:
                write_text(path, "the new")
            except BaseException as caught:  # Ctrl-C is one of them
                raised = caught
        content = path.read_text() if path.exists() else None
        assert names_in(tmp_path) == ([] if content is None else ["a.txt"])
        if failing.failed is None:
            assert raised is None
            break
        failed_at.append(failing.failed)
        if raised is None:
            assert isinstance(error, OSError)
            assert content == "the new"
        else:
            after = failed_at.count("replace") and failing.failed != "replace"  # Ctrl-C while the folder is flushed
            assert content == ("the new" if after else "old and longer" if existing else None)
            if isinstance(error, OSError):
                assert isinstance(raised, ng.NeurographError)
                assert str(raised).startswith(f"{path}: cannot be written ({error.strerror}). ")
                cure = {"disk full": "Make room", "no permission": "Choose a folder that you may"}.get(kind, "Choose")
                assert cure in str(raised)
            else:
                assert raised is error
    else:
        pytest.fail("it never ended")
    assert {"open", "write", "fsync", "close", "stat", "replace"} <= set(failed_at)
    assert (failed_at.count("write") > 1) == short
    assert ("chmod" in failed_at) == existing


@posix
def test_the_text_is_on_the_disk_before_it_takes_the_name_and_the_name_after(tmp_path, monkeypatch):
    told = []

    def watch(name, tell):
        function = getattr(os, name)

        def call(*args):
            told.append(tell(*args))
            return function(*args)

        monkeypatch.setattr(atomic.os, name, call)

    watch("fsync", lambda number: "folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "text")
    watch("replace", lambda *names: "name")
    write_text(tmp_path / "a.txt", "text")
    assert told == ["text", "name", "folder"]


def test_when_the_temporary_file_cannot_be_removed_the_first_error_is_told(tmp_path, monkeypatch):
    def fail(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("fsync", "unlink"):
        monkeypatch.setattr(atomic.os, name, fail)
    (tmp_path / "a.txt").write_text("old")
    assert "(No space left on device). Make room" in written_to(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "old"


@posix
def test_a_full_disk_in_earnest(tmp_path):
    resource = pytest.importorskip("resource")
    code = (
        "import resource, signal, sys; from neurograph.files.atomic import write_text\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_text(sys.argv[1], 'new' * 1000)\nexcept Exception as error: print(type(error).__name__, error)"
    )
    assert resource.RLIMIT_FSIZE is not None
    path = tmp_path / "a.txt"
    path.write_text("old")
    ran = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert ran.stdout == f"NeurographError {path}: cannot be written (File too large). Make room, and save again.\n"
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.txt"]


# Real kills. One process is started; it makes the ones that are killed, so that they need not start from nothing.

KILLS = 20
KILLER = """
import os, random, signal, sys, time
import neurograph as ng
from neurograph.files.model import load, save

path, kills = sys.argv[1], int(sys.argv[2])
nets = [ng.Network.dense([4, size, 3], ["tanh", "softmax"], seed=size) for size in (5, 40)]
told = lambda net: [edge.weight for edge in net.edges]
save(nets[0], path)
pause = random.Random(7)
seen = set()
for _ in range(kills):
    child = os.fork()
    if child == 0:
        while True:
            for net in nets:
                save(net, path)
    time.sleep(pause.uniform(0.01, 0.06))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    back = told(load(path))
    seen.add([told(net) for net in nets].index(back))
print(*sorted(seen))
"""


@posix
def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    path = tmp_path / "model.json"
    command = [sys.executable, "-c", KILLER, path, str(KILLS)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() in {"0", "1", "0 1"}
    left = [name for name in names_in(tmp_path) if name != "model.json"]
    assert all(name.startswith(".neurograph-") and name.endswith(".tmp") for name in left)
    assert len(left) <= KILLS


def test_saves_of_many_threads_do_not_mix(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    path = tmp_path / "model.json"
    nets = [ng.Network.dense([2, size, 1], "tanh", seed=size) for size in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda net: [save(net, path) for _ in range(5)], nets))
    assert len(load(path)) in {len(net) for net in nets}
    assert names_in(tmp_path) == ["model.json"]
