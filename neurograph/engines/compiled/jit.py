"""The door to numba: the loops and rules as machine code, kept on disk.

The only file that knows numba. It compiles what it is given and has no arithmetic of its own.
"""

from __future__ import annotations

import atexit
import ctypes
import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from neurograph.errors import NeurographError, Setting

__all__ = ["Machine", "is_installed", "is_on_disk", "is_running", "machine"]

_HERE = Path(__file__).parent
_DOORS = ("train", "outputs", "shuffle_all")  # what Python calls; the rest is called by these
_MANY = 1000  # files on disk, 40 MB or so
_KERNELS = ("interpreter", "shuffling", "steps", "epochs")
_OTHERS = ("verbs", "records", "jit")  # the last makes the calls, and sets the options
# What each verb is called with, one letter each: d a row of floats, u of uint32, b of bytes, i an int, f a float.
_SIGNATURES = {
    "fire": "ddii", "compute_delta": "ddddii", "compute_term": "dddiiii", "compute_term_from_z": "dddduuiiiid",
    "set_loss_slope": "ddddiiii", "add_loss_slope": "ddddiiii",
    "set_shortcut_delta": "ddddiiii", "add_shortcut_delta": "ddddiiii", "add_shortcut_delta_group": "dddduuiiiid",
    "fire_group": "dduiiiid", "fire_group_in_place": "dduiiiid", "compute_delta_group": "dddduiiiid", "tick": "d",
    "step": "ddddfi", "add_penalty_slope": "ddbi", "shrink": "dbfi", "penalty": "dbidi",
}  # fmt: skip
# The processor's flags for an invalid operation, a division by zero and an overflow, as the C library numbers them.
_FLAGS = {"aarch64": 1 | 2 | 4, "arm64": 1 | 2 | 4}.get(platform.machine().lower(), 1 | 4 | 8)
if sys.platform == "win32":
    _FLAGS = 0x10 | 0x08 | 0x04


def is_installed() -> bool:
    """Whether numba is there; it is not loaded."""
    return find_spec("numba") is not None


def is_running() -> bool:
    """Whether the loops are loaded."""
    return machine.cache_info().currsize > 0


def is_on_disk() -> bool:
    """Whether an earlier process has left compiled loops, be it of an older version."""
    try:
        return any((_home() / "__pycache__").glob("epochs_*.nbi"))
    except (OSError, RuntimeError):  # it cannot be read, or this user has no home
        return False


@cache
def machine() -> Machine:
    """Load numba, and the loops compiled; once for each process.

    Raises
    ------
    NeurographError
        When numba is not installed, or does not calculate as Python does on this machine.
    """
    if not is_installed():
        raise NeurographError(
            'engine "compiled" needs numba, which is not installed.',
            cure="In the checkout, run: python -m pip install -e '.[fast]'.",
            settings=[Setting("engine", "object", "To do without it")],
        )
    return Machine()


class Machine:
    """Loops and rules as machine code.

    Attributes
    ----------
    train, outputs, shuffle_all : callable
        The functions of epochs.py and shuffling.py, compiled on their first call or read from disk.
    """

    def __init__(self) -> None:
        numba: Any = import_module("numba")
        self._numba = numba
        _shorten_the_way_to_exp(numba)
        self.known: dict[tuple[str, str], Any] = {}
        self._folder = _folder()
        self._options = {"error_model": "numpy"}  # a division by zero is noted by the processor, and not an exception
        texts = {name: (_HERE / f"{name}.py").read_text(encoding="utf-8") for name in (*_KERNELS, *_OTHERS)}
        self._stamp = f"{sys.version} {numba.__version__} {platform.machine()} {sorted(texts.items())}"
        self._verbs = texts["verbs"]
        ready: dict[str, Any] = _ways_to_rules(numba) | _flag_readers(numba)
        for name in _KERNELS:
            module = self._module(name, texts[name], "")
            for key, value in list(vars(module).items()):
                if isinstance(value, FunctionType) and value.__module__ == module.__name__ and key not in ready:
                    door = key in _DOORS
                    inline = "always" if name == "epochs" and not door else "never"  # to pass whole records costs more
                    ready[key] = numba.njit(
                        cache=door, no_cpython_wrapper=not door, no_cfunc_wrapper=True, inline=inline, **self._options
                    )(value)  # fmt: skip
            vars(module).update(ready)  # in the place of the plain functions, also of those the file has imported
        self._clear_flags, self._flags = ready["clear_flags"], ready["flags"]
        self.train: Callable[..., Any] = ready["train"]
        self.outputs: Callable[..., int] = ready["outputs"]
        self.shuffle_all: Callable[..., None] = ready["shuffle_all"]

    def scalar(self, function: Callable[..., object]) -> Any:
        """Compile a rule's own function, on its first use."""
        return self._numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **self._options)(function)

    def verb(self, verb: str, rule: Any, fingerprint: str) -> Any:
        """Compile a verb for a rule; what comes has a `ctypes` function for trying it, and a place in a `table`.

        Parameters
        ----------
        verb : str
            A function of verbs.py.
        rule : compiled function
            As `scalar` gives it.
        fingerprint : str
            What tells this function from all others, for the store on disk; empty for none.
        """
        numba, types = self._numba, self._numba.types
        module = self._module(f"verbs_{verb}", self._verbs, fingerprint)
        vars(module).update(rule=rule, view=numba.carray)
        kinds = {
            "d": types.CPointer(types.float64), "u": types.CPointer(types.uint32), "b": types.CPointer(types.uint8),
            "i": types.int64, "f": types.float64,
        }  # fmt: skip
        signature = types.void(*(kinds[letter] for letter in _SIGNATURES[verb]))
        return numba.cfunc(signature, cache=bool(fingerprint), forceinline=True, **self._options)(vars(module)[verb])

    def noted(self, made: Any, given: Sequence[Any]) -> int:
        """Call a compiled verb, and tell what the processor has noted meanwhile; 0 is nothing."""
        call = made.ctypes
        self._flags()  # compiled now, not between the two
        self._clear_flags()
        call(*given)
        return int(self._flags())

    def table(self, made: Sequence[Any]) -> Any:
        """Put the addresses of compiled verbs in a row; 0 is none."""
        import numpy as np

        return np.array([0, *map(_address, made)], dtype=np.uint64)

    def _module(self, name: str, text: str, fingerprint: str) -> ModuleType:
        """Load a file of this package once more, under a name that stands for all that goes into it.

        What numba keeps on disk goes by the file's name, and so is never stale, whatever the code calls.
        """
        mark = hashlib.sha256(f"{self._stamp} {name} {fingerprint}".encode()).hexdigest()[:20]
        path = self._folder / f"{name}_{mark}.py"
        try:
            # It is in use. When it was written stays: to an older numba, as to Python, another date is another file.
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
        except FileNotFoundError:
            handle, draft = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(draft, path)
        spec = spec_from_file_location(f"neurograph_{path.stem}", path)
        if spec is None or spec.loader is None:
            raise ImportError(path)
        module = sys.modules[spec.name] = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def _home() -> Path:
    """Name the folder for compiled code, in the user's cache; a RuntimeError when this user has no home."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(home) / "neurograph"


def _folder() -> Path:
    """Make that folder; where it cannot be written, one for this process."""
    try:
        folder = _home()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            _tidy(folder)
            return folder
    except (OSError, RuntimeError):
        own = tempfile.mkdtemp(prefix="neurograph")
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        return Path(own)


def _tidy(folder: Path) -> None:
    """Keep the folder small: of very many files remove those that were not used for longest, with their code."""
    files = list(folder.glob("*.py"))
    if len(files) <= _MANY:
        return
    for path in sorted(files, key=lambda file: file.stat().st_atime)[: len(files) - _MANY // 2]:
        for code in (folder / "__pycache__").glob(f"{path.stem}.*"):
            code.unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _shorten_the_way_to_exp(numba: Any) -> None:
    """Call the C library's `exp` and `log` at once: the same functions.

    numba calls them by their entries for programs of before 2018, which look at every result once more for `errno`; a
    twentieth of the whole time of a small net.
    """
    _ = numba.core.registry.cpu_target.target_context  # numba gives its own addresses to the names first
    with suppress(OSError, AttributeError):  # where it is another C library
        library = ctypes.CDLL("libm.so.6")
        for name in ("exp", "log"):
            address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
            import_module("llvmlite.binding").add_symbol(name, address)


def _address(made: Any) -> int:
    """Find the compiled function itself, behind the one for C that only calls it: 4 % of the time of a small net."""
    return int(made._library.get_pointer_to_function(made.native_name.removeprefix("cfunc.")))


def _ways_to_rules(numba: Any) -> dict[str, Any]:
    """Make the call of a verb by its address, and the opening of arrays to places."""
    ir, types = import_module("llvmlite.ir"), numba.types

    def call(context: Any, rule: Any, *given: Any) -> Any:
        kinds = tuple(given[0]) if len(given) == 1 and isinstance(given[0], types.BaseTuple) else given

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            lowered = []
            for kind, value in zip(kinds, numba.core.cgutils.unpack_tuple(builder, values[1], len(kinds)), strict=True):
                wide = types.float64 if isinstance(kind, types.Float) else types.int64
                is_place = isinstance(kind, types.CPointer)
                lowered.append(value if is_place else context.cast(builder, value, kind, wide))
            unused = numba.core.cgutils.alloca_once(builder, ir.IntType(8).as_pointer())  # for a result, for an error
            lowered = [unused, unused, *lowered]
            function = ir.FunctionType(ir.IntType(32), [value.type for value in lowered])
            builder.call(builder.inttoptr(values[0], function.as_pointer()), lowered)
            return context.get_dummy_value()

        return types.void(rule, types.StarArgTuple(kinds)), generate

    def places(context: Any, record: Any) -> Any:
        def opened(kind: Any) -> Any:
            if isinstance(kind, types.BaseTuple):
                return types.BaseTuple.from_types([opened(part) for part in kind], kind.instance_class)
            return types.CPointer(kind.dtype) if isinstance(kind, types.Array) else kind

        def open_(context: Any, builder: Any, kind: Any, value: Any) -> Any:
            if isinstance(kind, types.BaseTuple):
                parts = numba.core.cgutils.unpack_tuple(builder, value, len(kind))
                made = [open_(context, builder, part, one) for part, one in zip(kind, parts, strict=True)]
                return context.make_tuple(builder, opened(kind), made)
            return context.make_array(kind)(context, builder, value).data if isinstance(kind, types.Array) else value

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return open_(context, builder, record, values[0])

        return opened(record)(record), generate

    return {function.__name__: numba.extending.intrinsic(function) for function in (call, places)}


def _flag_readers(numba: Any) -> dict[str, Any]:
    """Make the two functions that look at the processor's flags, through the C library."""
    int32 = numba.types.int32
    forget = numba.types.ExternalFunction("feclearexcept", int32(int32))
    test = numba.types.ExternalFunction("fetestexcept", int32(int32))
    mask = _FLAGS

    def clear_flags() -> None:
        forget(mask)

    def flags() -> int:
        return int(test(mask))

    return {function.__name__: numba.njit(function) for function in (clear_flags, flags)}
