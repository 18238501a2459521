"""The functions of `kernel` as machine code, which is kept in a file and loaded without numba.

numba takes 0.5 s of processor time to import and to load what it has kept itself; LLVM alone, to which the
file is given, a tenth of that. A function takes its arrays as LLVM has them from numba: no owner, no parent,
how many items of how many bytes, where they are, the shape and the strides; before these where the answer is
wanted, and what went wrong.
"""

import ctypes
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

Answer = npt.NDArray[np.int64]
_SOURCES = ("kernel.py", "records.py", "machine_code.py")
_FOLDER = Path(__file__).parent
_CHECKED = "NUMBA_BOUNDSCHECK"
_DONE = (0, -2)
"""What numba's functions give that have not failed; the second where there is no answer."""


@dataclass(frozen=True, slots=True)
class _About:
    """The names in the machine code by function, and what it asks for that only numba has."""

    names: Mapping[str, str]
    absent: Sequence[str]


class MachineCode:
    """Functions by name: each takes arrays, of one dimension and without gaps, and whole numbers, and gives
    its answer as numbers."""

    def __init__(self, code: bytes, names: Mapping[str, str]) -> None:
        target = llvm.Target.from_default_triple().create_target_machine()
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        self._addresses = {
            function: self._engine.get_function_address(name) for function, name in names.items()
        }

    def call(self, function: str, *arguments: "npt.NDArray[Any] | int") -> Answer:
        """The interpreter is let go of meanwhile. Raises IndexError where bounds are checked and left."""
        answer, fault = np.zeros(4, np.int64), ctypes.c_void_p()
        given = list(chain.from_iterable(map(_flat, arguments)))
        kinds = [ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * len(given)]
        run = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(self._addresses[function])
        if run(answer.ctypes.data, ctypes.addressof(fault), *given) not in _DONE:
            raise IndexError(function)
        return answer


def _flat(argument: "npt.NDArray[Any] | int") -> tuple[int, ...]:
    if isinstance(argument, int):
        return (argument,)
    size, width = len(argument), argument.itemsize
    return 0, 0, size, width, argument.ctypes.data, size, width


@cache
def loaded() -> MachineCode:
    """Compiles it first where no file of it is kept, which takes some ten seconds."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    name = f"lines-{_stamp()}"
    for folder in _folders():
        with suppress(OSError):
            code, about = (folder / f"{name}.o").read_bytes(), (folder / f"{name}.json").read_bytes()
            return _ready(code, _About(**json.loads(about)))
    code, told = _compiled()
    for folder in _folders():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            # What is said about the code last: whoever finds it finds both.
            _write(folder / f"{name}.o", code)
            _write(folder / f"{name}.json", json.dumps(asdict(told)).encode())
            break
    return _ready(code, told)


def _ready(code: bytes, about: _About) -> MachineCode:
    # What numba wraps around a function, for calls from Python, asks for much that is not there without it.
    # It is never called.
    stop = ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p).value
    for one in about.absent:
        llvm.add_symbol(one, stop)
    return MachineCode(code, about.names)


def _compiled() -> tuple[bytes, _About]:
    from graph.stores.lines import kernel

    names, module = {}, None
    for function, signature in kernel.SIGNATURES.items():
        dispatcher = getattr(kernel, function)
        dispatcher.compile(signature)
        names[function] = dispatcher.overloads[signature].fndesc.llvm_func_name
        part = llvm.parse_assembly(dispatcher.inspect_llvm(signature))
        if module is None:
            module = part
        else:
            module.link_in(part)
    assert module is not None
    things = [*module.functions, *module.global_variables]
    absent = [one.name for one in things if one.is_declaration and not one.name.startswith("llvm.")]
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        reloc="default",
        codemodel="jitdefault",
    )
    return machine.emit_object(module), _About(names, absent)


def _stamp() -> str:
    """Of all that the code depends on."""
    sources = [(_FOLDER / one).read_bytes() for one in _SOURCES]
    machine = [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), llvm.get_process_triple()]
    about = [llvmlite.__version__, os.environ.get(_CHECKED, ""), *machine]
    return hashlib.sha256(b"\0".join([*sources, *(one.encode() for one in about)])).hexdigest()[:20]


def _folders() -> list[Path]:
    """Where it may be kept: as numba's own."""
    wanted = os.environ.get("NUMBA_CACHE_DIR")
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lienthong"
    return [Path(wanted)] if wanted else [_FOLDER / "__pycache__", own]


def _write(path: Path, data: bytes) -> None:
    """Nobody finds a part of it."""
    passing = path.with_name(f"{path.name}.{os.getpid()}")
    passing.write_bytes(data)
    passing.replace(path)
