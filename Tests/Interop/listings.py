# SPDX-License-Identifier: Apache-2.0
"""`resect ls --json --hash` against PyTorch: paths, dtypes, shapes, bytes, digests, strides, ties, plain values."""
import math

import truth


def judge_listing(judge, path, value, name=None):
    what = f"ls {name or path}"
    said = judge.json(what, "ls", path, "--json", "--hash")
    if said is not None:
        compare_listing(judge, what, said, value)


def compare_listing(judge, what, said, value):
    judge.check(f"{what}: schema", said.get("schema") == 1)
    entries = {}
    for entry in said.get("tensors", []):
        judge.check(f"{what}: {entry['path']} once", entry["path"] not in entries)
        entries[entry["path"]] = entry
    pairs = truth.dense_tensors(value)
    expected = [tensor_path for tensor_path, _ in pairs]
    # A tensor with parts is judged by them (forms.py judges the rest of the forms).
    composites = {path: entry for path, entry in entries.items() if "parts" in entry}
    for sparse_path, parts in truth.sparse_parts(value):
        said_parts = [p.get("sha256") for p in composites.get(sparse_path, {}).get("parts", []) if "dtype" in p]
        judge.check(f"{what}: the parts of {sparse_path}", said_parts == [truth.digest(part) for part in parts])
    listed = [p for p in entries if p not in composites]
    judge.check(
        f"{what}: paths and their order", listed == expected, first_difference(listed, expected))
    for tensor_path, tensor in pairs:
        entry = entries.get(tensor_path)
        if entry is None:
            continue
        for field, right in truth.tensor_entry(tensor_path, tensor).items():
            judge.check(
                f"{what}: {tensor_path} {field}", entry.get(field) == right, f"{entry.get(field)}, not {right}")
        judge.check(f"{what}: {tensor_path} strides", entry.get("strides") == list(tensor.stride()))
        judge.check(f"{what}: {tensor_path} offset", entry.get("offset") == tensor.storage_offset())
        judge.check(
            f"{what}: {tensor_path} requires_grad", entry.get("requires_grad", False) == tensor.requires_grad)
    judge_ties(judge, what, pairs, entries)
    judge_values(judge, what, truth.plain_values(value), said.get("values", []))


def judge_ties(judge, what, pairs, entries):
    named = {}
    for path, tensor in pairs:
        if path in entries and entries[path]["bytes"] > 0:
            named.setdefault(entries[path]["storage"], []).append(path)
    ties = sorted(tuple(sorted(paths)) for paths in named.values() if len(paths) > 1)
    right = truth.storage_groups([(p, t) for p, t in pairs if p in entries and entries[p]["bytes"] > 0])
    judge.check(f"{what}: shared storages", ties == right, f"{ties}, not {right}")


def judge_values(judge, what, expected, said):
    values = {entry["path"]: entry.get("value") for entry in said}
    for path, right in expected.items():
        if not judge.check(f"{what}: value {path}", path in values, "not listed"):
            continue
        judge.check(f"{what}: value {path}", same_value(values[path], right), f"{values[path]!r}, not {right!r}")


def same_value(said, right):
    if isinstance(right, float) and not math.isfinite(right):
        return said == ("NaN" if right != right else "Infinity" if right > 0 else "-Infinity")
    if isinstance(right, bool) or right is None or isinstance(right, str):
        return said == right and type(said) is type(right)
    if isinstance(right, int) and not -(2**63) <= right < 2**63:
        return said == str(right)  # more than most JSON readers hold
    return isinstance(said, (int, float)) and not isinstance(said, bool) and said == right


def first_difference(a, b):
    for index, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return f"at {index}: {x!r}, not {y!r}"
    longer = a if len(a) > len(b) else b
    return f"{len(a)} paths, not {len(b)}; the first left over is {longer[min(len(a), len(b))]!r}" if len(a) != len(
        b) else ""
