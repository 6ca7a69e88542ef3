# SPDX-License-Identifier: Apache-2.0
"""A checkpoint as a mapping from paths to arrays. Nothing in the file is executed."""

from __future__ import annotations

import mmap
import os
import stat
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, NamedTuple, NoReturn, Optional, Tuple

from .dtypes import numpy_dtype
from .errors import Ambiguous, Error, InputChanged, NothingMatched, Unsupported, from_json
from .program import PathLike, argument, report, run, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Bytes of keys and of elements that one `resect cat` is asked for.
_WORDS = 64 << 10
_ELEMENTS = 256 << 20

_State = Tuple[int, int, int, int]


class Described(NamedTuple):
    """A plain value that Python has no type for without PyTorch, in words: a data type, a class, a device."""

    type: str
    value: Any


class Tensor(NamedTuple):
    """What the headers say of a tensor."""

    path: str
    dtype: str
    """PyTorch's name without its prefix: `float32`, `bfloat16`."""
    shape: Tuple[int, ...]
    layout: Optional[str]
    """Such as `sparse_coo`, of a tensor that has no row of elements; None of a plain one."""
    bytes: int
    place: Optional[Tuple[str, int]]
    """The file and the byte at which the elements lie as they are; None where they lie nowhere so."""


class Checkpoint(Mapping[str, "NDArray[Any]"]):
    """Paths, as `resect ls` prints them, to arrays that cannot be written to, in the order of the file.

    An array is read when it is asked for. It is mapped where its elements lie as they are, and tensors that share their
    storage share memory then; else `resect cat` reads it. A file that changed since it was opened raises `InputChanged`.
    """

    def __init__(self, path: PathLike, *, trust_sizes: bool = False) -> None:
        # Whole, so that a later change of the working folder does not matter; not made shorter, because of links.
        self.path = os.path.join(os.getcwd(), os.fspath(path))
        self._options = ["--trust-sizes"] if trust_sizes else []
        self._maps: Dict[str, mmap.mmap] = {}
        self._states: Dict[str, Optional[_State]] = {name: _state(name) for name in _files_of(self.path)}
        tree = report(["ls", "--json", "--places", *self._options, "--", argument(self.path)])
        if tree.get("schema") != 1:
            raise Unsupported(f"`resect ls` speaks schema {tree.get('schema')}, this module 1", file=self.path)
        self.format: str = tree["format"]
        self._doubled = set()
        self.tensors: Dict[str, Tensor] = {}
        """What the headers say of each tensor, by its path."""
        for each in tree["tensors"]:
            tensor = _tensor(each)
            # Keys 1 and '1' of one dict have one path.
            if tensor.path in self.tensors:
                self._doubled.add(tensor.path)
            self.tensors[tensor.path] = tensor
            if tensor.place is not None and tensor.place[0] not in self._states:
                self._states[tensor.place[0]] = _state(tensor.place[0])
        self._values: List[Tuple[str, Any]] = [(each["path"], _value(each)) for each in tree["values"]]
        if not os.path.isdir(self.path):
            used = {self.path, *(tensor.place[0] for tensor in self.tensors.values() if tensor.place is not None)}
            self._states = {name: state for name, state in self._states.items() if name in used}
        self._check()

    @property
    def leaves(self) -> Dict[str, Any]:
        """The plain values by their paths: int, float, str, bool, None, bytes; anything else as `Described`."""
        leaves: Dict[str, Any] = {}
        for path, value in self._values:
            if path in leaves:
                raise Ambiguous("two values have this path", file=self.path, key=path)
            leaves[path] = value
        return leaves

    @property
    def metadata(self) -> Dict[str, Any]:
        """The texts that safetensors and ONNX keep beside tensors, by their keys; empty where there are none."""
        prefix = ".__metadata__/"
        return {_key(path[len(prefix) :]): value for path, value in self._values if path.startswith(prefix)}

    def state_dict(self, path: Optional[str] = None) -> Dict[str, "NDArray[Any]"]:
        """The tensors of one container by their keys. Without a path, of the only one that holds tensors; '' is the root.

        Plain arrays in an ordinary dict. What is not mapped is read with as few runs of `resect` as can be.
        """
        folders: Dict[str, Dict[str, str]] = {}
        for each in self.tensors:
            folder, _, key = each.rpartition("/")
            folders.setdefault(folder, {})[_key(key)] = each
        if path is None and len(folders) > 1:
            shown = ", ".join(repr(folder) for folder in list(folders)[:8]) + (", ..." if len(folders) > 8 else "")
            raise Ambiguous(f"several containers hold tensors: {shown}", file=self.path, hint="one of them as `path`")
        if path is None:
            path = next(iter(folders), "")
        elif path not in folders:
            raise NothingMatched(
                "no container with tensors has this path", file=self.path, key=path, hint="`resect tree FILE` shows them"
            )
        keys = folders.get(path, {})
        arrays = self._arrays(list(keys.values()))
        return {key: arrays[whole] for key, whole in keys.items()}

    def __getitem__(self, path: str) -> "NDArray[Any]":
        if path not in self.tensors:
            raise KeyError(path)
        return self._arrays([path])[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)

    def __contains__(self, path: object) -> bool:
        return path in self.tensors

    def __repr__(self) -> str:
        return f"<resect.Checkpoint {self.path!r}: {self.format}, {len(self.tensors)} tensors>"

    def _arrays(self, paths: List[str]) -> Dict[str, "NDArray[Any]"]:
        import numpy

        arrays: Dict[str, NDArray[Any]] = {}
        rest: List[Tuple[Tensor, Any]] = []
        checked = set()
        for path in paths:
            tensor = self.tensors[path]
            dtype = self._dtype(tensor)
            if tensor.place is not None:
                file, offset = tensor.place
                if file not in checked:
                    self._check(file)
                    checked.add(file)
                arrays[path] = numpy.ndarray(tensor.shape, dtype, buffer=self._mapped(file), offset=offset)
            elif tensor.bytes == 0:
                arrays[path] = numpy.frombuffer(b"", dtype).reshape(tensor.shape)
            else:
                rest.append((tensor, dtype))
        while rest:
            count, words, size = 0, 0, 0
            for tensor, _ in rest:
                words += len(tensor.path) + 1
                size += tensor.bytes
                if count and (words > _WORDS or size > _ELEMENTS):
                    break
                count += 1
            some, rest = rest[:count], rest[count:]
            elements = self._cat([each for each, _ in some])
            offset = 0
            for tensor, dtype in some:
                arrays[tensor.path] = numpy.ndarray(tensor.shape, dtype, buffer=elements, offset=offset)
                offset += tensor.bytes
        return arrays

    def _dtype(self, tensor: Tensor) -> Any:
        if tensor.path in self._doubled:
            raise Ambiguous("two tensors have this path", file=self.path, key=tensor.path)
        if tensor.layout is not None:
            raise Unsupported(
                f"a tensor of layout {tensor.layout} has no row of elements",
                file=self.path,
                key=tensor.path,
                hint="`resect ls FILE --json` lists its parts",
            )
        dtype = numpy_dtype(tensor.dtype)
        if dtype is None:
            raise Unsupported(f"numpy has no type for {tensor.dtype}", file=self.path, key=tensor.path)
        return dtype

    def _mapped(self, file: str) -> mmap.mmap:
        if file not in self._maps:
            try:
                with open(file, "rb") as opened:
                    if _state_of(os.fstat(opened.fileno())) != self._states[file]:
                        self._changed(file)
                    self._maps[file] = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            except (OSError, ValueError) as error:
                raise InputChanged(f"cannot be mapped: {error}", file=file) from error
        return self._maps[file]

    def _cat(self, tensors: List[Tensor]) -> bytes:
        """The elements, one tensor after the other."""
        for each in tensors:
            # The program would see another letter in their place, and might find another tensor.
            if any("\ud800" <= letter <= "\udfff" for letter in each.path):
                raise Unsupported("a path with a lone surrogate cannot be handed to `resect cat`", file=self.path, key=each.path)
        self._check()
        words = [*self._options, "--", argument(self.path), *(each.path for each in tensors)]
        done = run(["cat", *words])
        self._check()
        if done.returncode != 0:
            # Without bytes the same words may give the error in its parts; a member that is broken only shows when read.
            report(["cat", "--json", *words])
            raise from_json({"message": words_of(done), "file": self.path}, done.returncode)
        if len(done.stdout) != sum(each.bytes for each in tensors):
            raise Error(f"`resect cat` gave {len(done.stdout)} bytes", file=self.path, key=tensors[0].path)
        return done.stdout

    def _check(self, *files: str) -> None:
        """Raises if one of the files, or without any of all of them, is not as it was."""
        for file in files or self._states:
            if _state(file) != self._states[file]:
                self._changed(file)

    def _changed(self, file: str) -> NoReturn:
        raise InputChanged("it changed, or went away, since it was opened", file=file, hint="open it again")


def open_checkpoint(path: PathLike, *, trust_sizes: bool = False) -> Checkpoint:
    """Opens a checkpoint of any form that `resect ls` reads, a file or a folder; reads its headers alone."""
    return Checkpoint(path, trust_sizes=trust_sizes)


def _files_of(path: str) -> List[str]:
    """What is looked at before `resect` reads it: the file, or what lies in the folder. A change meanwhile shows then."""
    if path.endswith((".json", ".onnx")):
        # Shards of an index, and data of a model, lie beside it.
        folder = os.path.dirname(path)
        return [path, *(os.path.join(folder, name) for name in os.listdir(folder))] if os.path.isfile(path) else [path]
    if not os.path.isdir(path):
        return [path]
    return [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]


def _state(file: str) -> Optional[_State]:
    try:
        return _state_of(os.stat(file))
    except OSError:
        return None


def _state_of(status: os.stat_result) -> Optional[_State]:
    if not stat.S_ISREG(status.st_mode):
        return None
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _tensor(each: Mapping[str, Any]) -> Tensor:
    place = each.get("place")
    layout = each.get("layout")
    if layout is None and each.get("parts"):
        layout = "with parts"
    return Tensor(
        each["path"],
        each["dtype"],
        tuple(each["shape"]),
        layout,
        each["bytes"],
        None if place is None else (place["file"], place["offset"]),
    )


def _value(each: Mapping[str, Any]) -> Any:
    kind, value = each["type"], each["value"]
    if kind == "float":
        return float(value)
    if kind == "int":
        return int(value)
    if kind == "bytes" and isinstance(value, str):
        return bytes.fromhex(value)
    return value if kind in ("str", "bool", "None") else Described(kind, value)


def _key(component: str) -> str:
    """A key as it is, of a part of a path."""
    return component.replace("~1", "/").replace("~0", "~")
