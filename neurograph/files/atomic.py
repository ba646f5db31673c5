"""Files replaced as a whole: whatever happens, under the name stands the old text or the new one, never a part.

It knows nothing of what is written. A process that is killed may leave a `.neurograph-*.tmp` beside the file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from neurograph.errors import InvalidValueError, NeurographError
from neurograph.files.json_input import as_path
from neurograph.validate import instance_of

__all__ = ["check_place", "write_bytes", "write_text"]

_CURES = {
    errno.ENOENT: "There is no such folder. Make it first, or check the name.",
    errno.ENOTDIR: "A part of the path is a file, not a folder. Check the name.",
    errno.EACCES: "Choose a folder that you may write to.",
    errno.EPERM: "Choose a folder that you may write to.",
    errno.EROFS: "Choose a folder that you may write to.",
    errno.ENOSPC: "Make room, and save again.",
    errno.EDQUOT: "Make room, and save again.",
    errno.EFBIG: "Make room, and save again.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}


def write_text(path: str | Path, text: str) -> None:
    r"""Write a file of UTF-8 text, or replace one, all at once.

    The text goes to a new file in the same folder, is flushed to the disk, and takes the name in one act of the system;
    if it cannot, what stood under the name before stands there still. An existing file keeps its permissions; of a
    symbolic link, the file that it points to is replaced. "\n" ends a line on every system.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "note.txt"
    ...     write_text(path, "first")
    ...     write_text(path, "second")
    ...     path.read_text(), len(list(Path(folder).iterdir()))
    ('second', 1)
    """
    given = as_path(path, "path")
    instance_of(text, str, f"{given}, text", "text")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidValueError(
            "the text holds half characters (lone surrogates), which no file can.", where=str(given)
        ) from None
    write_bytes(given, data)


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a file of bytes, or replace one, all at once; errors are those of `write_text`."""
    given = as_path(path, "path")
    with _explained(given):
        _replace(os.path.realpath(given), data)


def check_place(path: str | Path) -> None:
    """See that a file may be written or replaced, before the work that is to fill it; errors are those of `write_text`.

    An empty file is made beside it and removed again, for only so does one know.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     check_place(Path(folder) / "note.txt")
    ...     list(Path(folder).iterdir())
    []
    """
    given = as_path(path, "path")
    with _explained(given):
        target = os.path.realpath(given)
        _status_of(target)
        temporary = _beside(target)
        try:
            _write(temporary, b"", 0o600)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


@contextlib.contextmanager
def _explained(given: Path) -> Iterator[None]:
    """Say of an error which file cannot be written, why, and what to do."""
    try:
        yield
    except (OSError, ValueError) as error:  # a ValueError when the name holds a NUL
        reason = getattr(error, "strerror", None) or error
        cure = _CURES.get(getattr(error, "errno", None) or 0, "Choose another name or folder.")
        if cure == _CURES[errno.ENOENT] and os.path.isdir(os.path.dirname(os.path.realpath(given))):
            cure = "The folder is there, but takes no new file. Choose another one."  # such as one of the system's own
        raise NeurographError(f"cannot be written ({reason}).", where=str(given), cure=cure) from None


def _replace(target: str, data: bytes) -> None:
    old = _status_of(target)
    temporary = _beside(target)
    try:
        _write(temporary, data, 0o666 if old is None else stat.S_IMODE(old.st_mode))
        if old is not None:
            _dress(temporary, old)
        os.replace(temporary, target)
    except BaseException:  # also Ctrl-C
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _flush_folder(os.path.dirname(target))


def _beside(target: str) -> str:
    """Name a file beside another that nobody else uses, so that it is always right to remove it."""
    # The name never shows, so no seed is needed.
    return os.path.join(os.path.dirname(target), f".neurograph-{secrets.token_hex(8)}.tmp")


def _status_of(target: str) -> os.stat_result | None:
    """Look at the file that is to be replaced; None when there is none."""
    try:
        status = os.stat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe")  # and would become a file
    if not os.access(target, os.W_OK):
        raise OSError(errno.EINVAL, "it is read-only")
    return status


def _dress(path: str, old: os.stat_result) -> None:
    """Give a file the owner and the permissions of another, as far as the system lets us; never wider ones."""
    with contextlib.suppress(OSError, AttributeError):  # only the superuser gives files away; Windows has no owners
        os.chown(path, old.st_uid, old.st_gid)
    with contextlib.suppress(OSError):  # some disks have no permissions
        os.chmod(path, stat.S_IMODE(old.st_mode))


def _write(path: str, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    number = os.open(path, flags, mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(number, rest) :]
        os.fsync(number)
    finally:
        os.close(number)


def _flush_folder(folder: str) -> None:
    """Flush the new name to the disk, where the system can; the file itself is complete already."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
