# SPDX-License-Identifier: Apache-2.0
"""Usage: globals.py. Judges the list of harmless globals in HarmlessGlobals+List.swift by the PyTorch, numpy and
omegaconf of this Python.

Every listed name is imported where its module exists: it must be the class, function or constant meant, defined under
that very name or under the other name that the list states; never a module, an instance, a metaclass. A name that is
said to be of old versions alone must not be there. Then the other way: what PyTorch defines among layers, optimizers,
schedules and distributions must be listed, or left out below with a reason, so that a new PyTorch is noticed.

With --missing OTHER...: the names that neither this Python nor one of those (Pythons to run) has fail too.
"""
import enum
import importlib
import pkgutil
import subprocess
import sys
import typing
import warnings
from pathlib import Path

LIST = Path(__file__).parent / "../../Sources/Checkpoints/Looking/Verdicts/HarmlessGlobals+List.swift"
CONSTANTS = (Ellipsis, NotImplemented, typing.Any)

# What is defined where every public class is to be listed, and is not. A class of a base, a protocol, or what would do
# more than make data.
LEFT_OUT = {}
WHOLE = ("torch.nn.modules", "torch.optim", "torch.distributions")
LEFT_OUT_MODULES = {
    "torch.nn.modules._functions": "autograd functions, which no object is made of",
    "torch.nn.modules.linear_cross_entropy": "autograd's contexts",
    "torch.distributions.kl": "a table of functions",
    "torch.distributions.utils": "properties that call the function they are given",
    "torch.distributions.constraint_registry": "a table of functions",
    "torch.optim._multi_tensor": "classes made within a function, which no pickle can name",
    "torch.optim._stateless": "a helper of torch.func",
}


class Fault(Exception):
    pass


def entries():
    """(module, name, word, mark) of each pair."""
    text = LIST.read_text().split('"""')[1]
    reasons, last = {}, None
    for line in text.split("\n"):
        line = line[4:] if line.startswith("    ") else line
        if line.startswith("* "):
            last = line[2:].split()[0]
            reasons[last] = line
        elif line.strip() and not line.startswith(" "):
            names, _, mark = line.partition(" | ")
            module, word, *rest = names.split()
            assert word in reasons, line
            for name in rest:
                yield module, name, word, mark


def module_of(name):
    try:
        return importlib.import_module(name)
    except (ImportError, ValueError):  # PyTorch 1.13 has a module that Python 3.11 refuses.
        return None


def pair(thing):
    return getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)


def target(name, mark):
    """What an alias stands for; None where this Python lacks it."""
    where = mark.removeprefix("as ")
    module = module_of(where)
    if module is not None and hasattr(module, name):
        return getattr(module, name)
    parent, _, name = where.rpartition(".")
    module = module_of(parent) if parent else None
    return getattr(module, name, None)


def judge(module, name, word, mark):
    """Whether it is there."""
    found = module_of(module)
    if word == "member":
        owner, _, member = name.partition(".")
        kind = getattr(found, owner, None)
        if kind is None:
            return False
        if not (isinstance(kind, enum.EnumMeta) and pair(kind) == (module, owner) and member in kind.__members__):
            raise Fault("it is no member of an enumeration")
        return True
    thing = getattr(found, name, None) if found is not None else None
    if mark.startswith("as "):
        other = target(name, mark)
        if thing is None:
            # Python 2's modules: what they are told to be must be there.
            if other is None and module.startswith("_"):
                raise Fault(f"no {mark[3:]} stands for it")
            thing = other
        elif pair(thing) != (module, name) and thing is not other:
            raise Fault(f"it is {pair(thing)}, not {mark[3:]}")
        if thing is None:
            return False
    elif thing is None:
        return False
    elif mark.startswith("once in "):
        raise Fault(f"it is there, though the list has it {mark}")
    elif not any(thing is constant for constant in CONSTANTS) and pair(thing) != (module, name):
        raise Fault(f"it is {type(thing).__name__} {pair(thing)}")
    if word == "constant":
        if not any(thing is constant for constant in CONSTANTS):
            raise Fault("it is none of the constants")
    elif isinstance(thing, type):
        if issubclass(thing, type):
            raise Fault("it is a metaclass")
    elif not callable(thing) or type(thing).__name__ not in (
        "function", "builtin_function_or_method", "cython_function_or_method", "_ArrayFunctionDispatcher"
    ):
        raise Fault(f"it is an instance of {type(thing).__name__}")
    return True


def defined(root):
    """Public classes that a package's modules define."""
    package = module_of(root)
    names = [root] + [info.name for info in pkgutil.walk_packages(package.__path__, root + ".")]
    for name in names:
        module = module_of(name) if name not in LEFT_OUT_MODULES else None
        for key, thing in vars(module or object()).items() if module else ():
            if isinstance(thing, type) and thing.__module__ == name and thing.__qualname__ == key and key[0] != "_":
                yield name, key


def main():
    warnings.simplefilter("ignore")
    listed = list(entries())
    pairs = {(module, name) for module, name, _, _ in listed}
    if "--present" in sys.argv:
        for module, name, word, mark in listed:
            try:
                if judge(module, name, word, mark):
                    print(module, name)
            except Fault:
                pass
        return 0
    faults, present = [], set()
    for module, name, word, mark in listed:
        try:
            if judge(module, name, word, mark):
                present.add((module, name))
        except Fault as fault:
            faults.append(f"{module} {name}: {fault}")
    if len(pairs) != len(listed):
        faults.append("a pair is there twice")
    for root in WHOLE:
        for module, name in defined(root):
            if (module, name) not in pairs and (module, name) not in LEFT_OUT:
                faults.append(f"{module} {name}: PyTorch has it, the list does not")
    if "--missing" in sys.argv:
        known = set(present)
        for python in sys.argv[sys.argv.index("--missing") + 1:]:
            said = subprocess.run([python, __file__, "--present"], check=True, capture_output=True, text=True)
            known |= {tuple(line.split()) for line in said.stdout.splitlines()}
        for module, name, _, mark in listed:
            if (module, name) not in known and not mark.startswith("once in "):
                faults.append(f"{module} {name}: nobody has it, and the list does not say when it was")
    for fault in faults:
        print(f"globals: {fault}")
    import numpy
    import torch
    print(f"globals: {len(listed)} names, {len(present)} in PyTorch {torch.__version__} and numpy "
          f"{numpy.__version__}, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
