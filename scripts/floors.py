#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds Sources to the floors that docs/architecture.md draws: a room names types and members of rooms below it only.

usage: scripts/floors.py [REPOSITORY]

The block ```floors has a line for each target and what it stands on, then one for each of its rooms, from the ground
up: a folder, or a file that lies in the target's root, and its purpose. Rooms that begin with the same word are a
chapter. `[list]` in front of a purpose marks a room of files of one kind, which may be longer than others. The block
```floors-but has what only looks like an arrow up: the file, the name, the reason.
"""
import collections
import itertools
import os
import re
import sys
from typing import NamedTuple

sys.dont_write_bytecode = True  # nothing is left in the tree
import swift_names

PAGE = "docs/architecture.md"
REMEDY = f"move it down, pass it in, or say in {PAGE} why not"
MOST_FILES = 16
STANDARD = {"drop", "element", "get", "last"}  # members of Swift's own types that extensions here have too


class Target(NamedTuple):
    name: str
    below: list  # names of targets that it stands on
    rooms: list  # of paths, from the ground up
    lists: set  # rooms that may be longer


class Place(NamedTuple):
    """Where a name is declared: rank -1 is another target, which lies below all rooms."""

    rank: int
    file: str
    declared: swift_names.Declared


class Plan:
    """What the page says."""

    def __init__(self, text):
        self.targets = []
        for line in block(text, "floors"):
            if not line.startswith(" "):
                name, _, below = line.partition(", on ")
                self.targets.append(Target(name, re.findall(r"[^\s,]+", below.replace(" and ", ", ")), [], set()))
            else:
                room, _, purpose = line.strip().partition(" ")
                self.targets[-1].rooms.append(room)
                if purpose.lstrip().startswith("[list]"):
                    self.targets[-1].lists.add(room)
        self.exceptions = {tuple(line.split(None, 2)[:2]) for line in block(text, "floors-but")}


def block(text, language):
    """The lines of a fenced block of a page, without empty ones."""
    found = re.search(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)
    return [line for line in found.group(1).splitlines() if line.strip()] if found else []


class House:
    """One target's files, its names and those of the targets below it."""

    def __init__(self, target, files, below):
        self.target, self.files = target, files
        self.rank = {room: rank for rank, room in enumerate(target.rooms)}
        self.types, self.parameters = collections.defaultdict(list), collections.defaultdict(set)
        self.members, self.inits = collections.defaultdict(list), collections.defaultdict(list)
        self.free, self.nested = collections.defaultdict(list), collections.defaultdict(set)
        self.locals = {}
        for file, names in files.items():
            self.add(file, names, self.rank_of(file))
            self.locals[file] = {d.name for d in names.declared if d.kind in ("local", "parameter")}
        for file, names in below.items():
            self.add(file, names, -1)

    def room_of(self, file):
        """The folder that a file lies in, or the file itself in the target's root."""
        folder = os.path.dirname(file)
        return folder or ("." if "." in self.rank else file)

    def rank_of(self, file):
        return self.rank.get(self.room_of(file), len(self.rank))

    def add(self, file, names, rank):
        for declared in names.declared:
            place = Place(rank, file, declared)
            if declared.kind == "type":
                self.types[f"{declared.owner}.{declared.name}".lstrip(".")].append(place)
                if declared.owner:
                    self.nested[declared.name].add(f"{declared.owner}.{declared.name}")
            elif declared.kind == "parameter":
                self.parameters[declared.owner].add(declared.name)
            elif declared.kind in ("member", "free", "init"):
                table = {"member": self.members, "free": self.free, "init": self.inits}[declared.kind]
                table[declared.owner if declared.kind == "init" else declared.name].append(place)

    # Which places a use can mean

    def meant(self, file, use):
        """For each name in a use the places that it can mean; none where nothing here declares it."""
        if use.kind == "type":
            return self.types_meant(file, use)
        if use.kind == "member":
            return [(use.name, self.member_places(file, use))]
        if use.kind == "init":
            labels = "".join(label + ":" for label in use.labels)
            return [(f"{use.name}({labels})", self.init_places(file, use))]
        return [(use.name, self.bare_places(file, use))]

    def types_meant(self, file, use):
        """The types along a dotted name, each looked up in what the one before it names."""
        first, *inner = use.name.split(".")
        if first in use.generics:
            return []
        named = self.lookup(first, use.owner, True) if first else None
        found = [named]
        for name in inner:
            named = self.lookup(name, named, False)
            found.append(named)
        return [(name, self.type_places(file, name)) for name in found if name in self.types]

    def type_places(self, file, name):
        """Where a type is declared; one of another target is hidden by one of this."""
        places = visible(self.types[name], file)
        return [place for place in places if place.rank >= 0] or places

    def lookup(self, name, scope, outward):
        """The full name of a type, seen from in a scope; where text cannot tell, the one nested type called so."""
        while scope:
            if name in self.parameters[scope]:
                return None
            if f"{scope}.{name}" in self.types:
                return f"{scope}.{name}"
            scope = scope.rpartition(".")[0] if outward else ""
        if outward and name in self.types:
            return name
        return next(iter(self.nested[name])) if len(self.nested[name]) == 1 else None

    def member_places(self, file, use):
        """Those of a type that is named, else all of a name; none where the lowest is no extension's."""
        if not use.base and (use.name in STANDARD or use.name in self.locals[file]):
            return []
        places = [p for p in self.members[use.name] if not use.base or p.declared.owner == use.base]
        places = visible(places, file)
        return places if places and min(places).declared.extension else []

    def init_places(self, file, use):
        places = visible([p for p in self.inits[use.name] if fits(use.labels, p.declared.labels)], file)
        return places if any(place.declared.extension for place in places) else []

    def bare_places(self, file, use):
        """Free functions and variables, and members of the type around that need no `self.`."""
        if use.name in self.locals[file]:
            return []
        own = [place for place in self.members[use.name] if use.owner and place.declared.owner == use.owner]
        return visible(own + self.free[use.name], file) if own or use.name in self.free else []

    # Faults

    def arrows(self):
        """Each use of a name that lies in a room above: file, line, name, the place."""
        for file, names in sorted(self.files.items()):
            rank = self.rank_of(file)
            for use, line in names.used.items():
                above = [
                    (name, min(places)) for name, places in self.meant(file, use)
                    if places and all(place.rank > rank for place in places)]
                if above:
                    yield file, line, *above[-1]

    def untidy(self):
        """Rooms that are not in the plan, or not as it wants them, and types that two rooms declare."""
        files = collections.Counter(self.room_of(file) for file in self.files)
        where = f"Sources/{self.target.name}"
        for room in sorted(set(files) - set(self.rank)):
            yield f"{where}/{room}: not among the floors of {PAGE}"
        for room in self.target.rooms:
            if files[room] == 0:
                yield f"{where}/{room}: {PAGE} has this room, and no file lies in it"
            if files[room] > MOST_FILES and room not in self.target.lists:
                count = f"{files[room]} files, more than {MOST_FILES}"
                yield f"{where}/{room}: {count}: part it, or mark it [list] in {PAGE}"
        chapters = [chapter for chapter, _ in itertools.groupby(self.target.rooms, chapter_of)]
        for chapter in sorted({chapter for chapter in chapters if chapters.count(chapter) > 1}):
            yield f"{where}/{chapter}: its rooms do not stand together in {PAGE}"
        for name, places in sorted(self.types.items()):
            own = [place for place in places if place.rank >= 0 and not place.declared.private]
            rooms = sorted({self.room_of(place.file) for place in own})
            if len(rooms) > 1:
                yield f"{where}: {name} is declared in {' and in '.join(rooms)}: give one of them another name"


def chapter_of(room):
    return room.split("/")[0]


def visible(places, file):
    """Without those that another file keeps to itself."""
    return [place for place in places if not place.declared.private or place.file == file]


def fits(labels, declared):
    """Whether a call's labels can be those of an initialiser, some of which may be left out."""
    rest = iter(labels)
    label = next(rest, None)
    for name in declared:
        if name.rstrip("?") == label:
            label = next(rest, None)
        elif not name.endswith("?"):
            return False
    return label is None


def faults(root):
    """Every fault in a repository, as a sentence."""
    with open(os.path.join(root, PAGE), encoding="utf-8") as page:
        plan = Plan(page.read())
    sources = os.path.join(root, "Sources")
    read = {name: swift_files(os.path.join(sources, name)) for name in os.listdir(sources)}
    for name in sorted(set(read) - {target.name for target in plan.targets}):
        if read[name]:
            yield f"Sources/{name}: not among the floors of {PAGE}"
    unused = set(plan.exceptions)
    for target in plan.targets:
        for name in {target.name, *target.below} - set(read):
            yield f"Sources/{name}: {PAGE} has this target, and there is none"
        below = {f"{name}/{file}": names for name in target.below for file, names in read.get(name, {}).items()}
        house = House(target, read.get(target.name, {}), below)
        yield from house.untidy()
        for file, line, name, place in house.arrows():
            path = f"{target.name}/{file}"
            unused.discard((path, name))
            if (path, name) not in plan.exceptions:
                room, above = house.room_of(file), house.room_of(place.file)
                kind = "room" if chapter_of(room) == chapter_of(above) else "chapter"
                yield f"Sources/{path}:{line}: {room} names {name} of {above}, a {kind} above: {REMEDY}"
    for path, name in sorted(unused):
        yield f"{PAGE}: Sources/{path} no longer names {name} from below: strike it out"


def swift_files(folder):
    """What each Swift file under a folder declares and names."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".swift"):
                with open(os.path.join(path, name), encoding="utf-8") as file:
                    found[os.path.relpath(os.path.join(path, name), folder)] = swift_names.read(file.read())
    return found


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..")
    found = list(faults(root))
    print("\n".join(found) if found else "floors: every room stands on rooms below it")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
