# SPDX-License-Identifier: Apache-2.0
"""The program's commands as functions. Each returns what the command prints with `--json`, and raises `Error`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Union

from .program import PathLike, argument, report

Report = Dict[str, Any]
Option = Union[None, bool, int, float, str, List[str]]


def _run(command: str, options: Dict[str, Option], words: Sequence[str]) -> Report:
    given: List[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            given.append(flag)
        elif isinstance(value, list):
            given += [f"{flag}={each}" for each in value]
        elif value is not None and value is not False:
            given.append(f"{flag}={value}")
    return report([command, "--json", *given, "--", *words])


def _path(path: Optional[PathLike]) -> Optional[str]:
    return None if path is None else argument(path)


def strip(
    file: PathLike,
    output: Optional[PathLike] = None,
    *,
    branch: Optional[str] = None,
    copy: bool = False,
    dry_run: bool = False,
    force: bool = False,
    provenance: bool = False,
    keep_removed: Optional[PathLike] = None,
    trust_sizes: bool = False,
) -> Report:
    """Writes the backbone alone: `resect strip`. Without `output` it needs `dry_run=True`, which writes nothing."""
    options: Dict[str, Option] = {
        "branch": branch, "copy": copy, "output": _path(output), "dry_run": dry_run, "force": force,
        "provenance": provenance, "keep_removed": _path(keep_removed), "trust_sizes": trust_sizes,
    }  # fmt: skip
    return _run("strip", options, [argument(file)])


def edit(
    file: PathLike,
    passes: Sequence[str],
    output: Optional[PathLike] = None,
    *,
    restore: Optional[PathLike] = None,
    onto_changed: bool = False,
    keep_opaque: bool = False,
    allow_overflow: bool = False,
    drop_values: bool = False,
    dry_run: bool = False,
    force: bool = False,
    provenance: bool = False,
    keep_removed: Optional[PathLike] = None,
    trust_sizes: bool = False,
) -> Report:
    """Applies passes in order, each a text as in a recipe (`drop head.**`); `@FILE` are those in a file: `resect edit`."""
    if isinstance(passes, str):
        raise TypeError("passes are a list of texts")
    options: Dict[str, Option] = {
        "restore": _path(restore), "onto_changed": onto_changed, "keep_opaque": keep_opaque,
        "allow_overflow": allow_overflow, "drop_values": drop_values, "output": _path(output), "dry_run": dry_run,
        "force": force, "provenance": provenance, "keep_removed": _path(keep_removed), "trust_sizes": trust_sizes,
    }  # fmt: skip
    return _run("edit", options, [argument(file), *passes])


def convert(
    file: PathLike,
    output: Optional[PathLike] = None,
    *,
    to: Optional[str] = None,
    shard_size: Optional[str] = None,
    drop_values: bool = False,
    keep_opaque: bool = False,
    compress: bool = False,
    bits: bool = False,
    dry_run: bool = False,
    force: bool = False,
    provenance: bool = False,
    keep_removed: Optional[PathLike] = None,
    trust_sizes: bool = False,
) -> Report:
    """Writes a checkpoint in another format, told by the suffix of `output` or by `to`: `resect convert`."""
    options: Dict[str, Option] = {
        "to": to, "shard_size": shard_size, "drop_values": drop_values, "keep_opaque": keep_opaque,
        "compress": compress, "bits": bits, "output": _path(output), "dry_run": dry_run, "force": force,
        "provenance": provenance, "keep_removed": _path(keep_removed), "trust_sizes": trust_sizes,
    }  # fmt: skip
    return _run("convert", options, [argument(file)])


def merge(
    files: Sequence[PathLike],
    output: Optional[PathLike] = None,
    *,
    method: str = "average",
    weights: Optional[Sequence[float]] = None,
    decay: Optional[float] = None,
    t: Optional[float] = None,
    base: Optional[PathLike] = None,
    path: Optional[str] = None,
    integers: Optional[str] = None,
    allow_overflow: bool = False,
    dry_run: bool = False,
    force: bool = False,
    provenance: bool = False,
    trust_sizes: bool = False,
) -> Report:
    """Makes several checkpoints of one network into one: `resect merge`."""
    if isinstance(files, str):
        raise TypeError("files are a list of paths")
    options: Dict[str, Option] = {
        "method": method, "weights": None if weights is None else ",".join(repr(float(weight)) for weight in weights),
        "decay": decay, "t": t, "base": _path(base), "path": path, "integers": integers,
        "allow_overflow": allow_overflow, "output": _path(output), "dry_run": dry_run, "force": force,
        "provenance": provenance, "trust_sizes": trust_sizes,
    }  # fmt: skip
    return _run("merge", options, [argument(file) for file in files])


def diff(
    a: PathLike,
    b: PathLike,
    *,
    unprefix_a: Sequence[str] = (),
    unprefix_b: Sequence[str] = (),
    layout: bool = True,
    branch: Optional[str] = None,
    rtol: Optional[float] = None,
    atol: Optional[float] = None,
    equal_nan: bool = False,
    all: bool = False,
    html: Optional[PathLike] = None,
    force: bool = False,
    trust_sizes: bool = False,
) -> Report:
    """How two checkpoints differ; `["equal"]` says whether they do not: `resect diff`. A difference is no exception."""
    if isinstance(unprefix_a, str) or isinstance(unprefix_b, str):
        raise TypeError("prefixes are a list of texts")
    options: Dict[str, Option] = {
        "unprefix_a": list(unprefix_a), "unprefix_b": list(unprefix_b), "no_layout": not layout, "branch": branch,
        "rtol": rtol, "atol": atol, "equal_nan": equal_nan, "all": all, "html": _path(html), "force": force, "trust_sizes": trust_sizes,
    }  # fmt: skip
    return _run("diff", options, [argument(a), argument(b)])


def scan(*files: PathLike, allow: Optional[PathLike] = None, trust_sizes: bool = False) -> Report:
    """What loading the files would run: `resect scan`. A finding is no exception: `["files"][i]["findings"]`,
    and `["notExamined"]` is what was not looked at to its end."""
    return _run("scan", {"allow": _path(allow), "trust_sizes": trust_sizes}, [argument(file) for file in files])
