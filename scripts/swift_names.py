# SPDX-License-Identifier: Apache-2.0
"""What a Swift file declares and what it names, read off its text: no compiler, and no more Swift than that takes."""
import re
from typing import NamedTuple

from swift_code import code_of


class Declared(NamedTuple):
    """A name that a file declares."""

    kind: str  # type, parameter (generic or associated), member, init, free (at file level), local
    name: str
    owner: str  # the type around it, dotted; empty at file level
    line: int
    extension: bool  # declared in an extension
    private: bool  # seen in its own file only
    labels: tuple = ()  # of an init; one that may be left out ends in "?"


class Used(NamedTuple):
    """A name that a file uses; each is kept once, with the first line that has it."""

    kind: str  # type, member (behind a dot), bare, init
    name: str  # dotted where types are named one inside the other
    owner: str
    generics: frozenset  # generic parameters in sight
    base: str = ""  # the type before a member's dot, where it is named
    labels: tuple = ()  # of an init's call


class SwiftFile(NamedTuple):
    declared: list  # of Declared
    used: dict  # from Used to a line


class Scope(NamedTuple):
    kind: str  # file, extension, block, paren, or the word that declares a type
    owner: str
    generics: frozenset
    private: bool


TYPES = {"struct", "class", "enum", "protocol", "actor"}
MODIFIERS = set(
    "public package internal private fileprivate open static class final lazy weak unowned override mutating "
    "nonmutating nonisolated convenience required indirect borrowing consuming dynamic unsafe".split())
KEYWORDS = set(
    "let var func if else guard for in while repeat switch case default return throw throws try await async do catch "
    "defer break continue fallthrough self super nil true false is as where import inout some any get set init deinit "
    "subscript extension typealias associatedtype".split()) | TYPES | MODIFIERS

TOKEN = re.compile(r"\n|`?[^\W\d]\w*`?|\d\w*(?:\.\d\w*)?|\.{2,3}<?|->|[^\w\s]")


def read(text):
    """What a file's text declares and names."""
    return _Reader(text).read()


class _Reader:
    """Goes over the tokens once, with a stack of the braces and parentheses around each."""

    def __init__(self, text):
        self.tokens, self.lines, line = [], [], 1
        for token in TOKEN.findall(code_of(text)):
            if token == "\n":
                line += 1
            else:
                self.tokens.append(token.strip("`"))
                self.lines.append(line)
        self.tokens += [""] * 3  # so that looking ahead needs no check
        self.lines += [line] * 3
        self.stack = [Scope("file", "", frozenset(), False)]
        self.pending = None  # what the next brace opens
        self.declared, self.used = [], {}

    def read(self):
        at = 0
        while at < len(self.tokens) - 3:
            at = self.step(at)
        for owner in {d.owner for d in self.declared if d.kind == "member" and not d.extension}:
            # What a structure's own initialiser takes.
            fields = [d.name + "?" for d in self.declared if d.kind == "member" and d.owner == owner]
            self.declared.append(Declared("init", "init", owner, 0, False, False, tuple(fields)))
        return SwiftFile(self.declared, self.used)

    def step(self, at):
        """Reads what begins at a token, and gives the next one to read."""
        token, before = self.tokens[at], self.tokens[at - 1] if at else ""
        if token in "{}()[]":
            self.brace(token, at)
        elif not (token[0].isalpha() or token[0] == "_") or before == "#":
            pass
        elif before != "." and token in KEYWORDS:
            return self.keyword(token, at)
        elif token[0].isupper():
            return self.type_use(at, before == ".")
        else:
            self.name_use(token, at, before == ".")
        return at + 1

    def brace(self, token, at):
        top = self.stack[-1]
        if token in "([":
            self.stack.append(top._replace(kind="paren"))
        elif token == "{":
            opened = self.pending if top.kind != "paren" else None
            self.stack.append(opened or top._replace(kind="block"))
            self.pending = None if opened else self.pending
            self.closure_names(at + 1)
        elif len(self.stack) > 1:
            self.stack.pop()

    def closure_names(self, at):
        """The parameters of a closure, `{ a, b in`, are local names."""
        names = []
        while self.tokens[at] not in ("{", "}", "", "in") and len(names) < 12:
            names.append(self.tokens[at])
            at += 1
        if self.tokens[at] == "in":
            for name in names:
                self.declare("local", name, at)

    def keyword(self, token, at):
        following = self.tokens[at + 1]
        named = following[:1].isalpha() or following[:1] == "_"
        top = self.stack[-1]
        if token in TYPES | {"extension", "typealias", "associatedtype"} and named and following not in KEYWORDS:
            return self.type_declaration(token, at)
        if token in ("func", "init", "subscript") and top.kind != "paren":
            return self.function(token, at)
        if token in ("let", "var") and following:
            self.variables(at)
        elif token == "case" and top.kind == "enum":
            self.cases(at + 1)
        elif token == "for" and named:
            self.declare("local", following, at)
        return at + 1

    def declare(self, kind, name, at, labels=()):
        top = self.stack[-1]
        self.declared.append(
            Declared(kind, name, top.owner, self.lines[at], top.kind == "extension",
                     self.is_private(at), labels))

    def is_private(self, at):
        """Whether the words before a declaration, or what it stands in, keep it to its file."""
        while at > 0:
            at -= 1
            if self.tokens[at] in ("private", "fileprivate"):
                return True
            if self.tokens[at] not in MODIFIERS:  # the end of `private(set)` too
                break
        return self.stack[-1].private

    def type_declaration(self, word, at):
        name, top = self.tokens[at + 1], self.stack[-1]
        if word == "associatedtype":
            self.declare("parameter", name, at)
            return at + 2
        if word == "extension":
            owner, following = self.chain(at + 1)
            self.pending = Scope("extension", owner, top.generics, self.is_private(at))
            return self.type_use(at + 1, False)
        self.declare("type", name, at)
        owner = f"{top.owner}.{name}".lstrip(".")
        generics = self.generics(at + 2)
        self.pending = Scope(word, owner, top.generics | generics, self.is_private(at))
        for parameter in generics:
            self.declared.append(Declared("parameter", parameter, owner, self.lines[at], False, False))
        return at + 2

    def function(self, word, at):
        top = self.stack[-1]
        head = at + 1 + (word == "func") + (self.tokens[at + 1] in "?!")
        while word == "func" and self.tokens[head] not in ("(", "<", ""):
            head += 1  # an operator's further characters
        generics = self.generics(head)
        while self.tokens[head] not in ("(", ""):
            head += 1
        if word == "init":
            self.declare("init", "init", at, self.labels(head, True))
        elif word == "func":
            kind = {"file": "free", "block": "local"}.get(top.kind, "member")
            self.declare(kind, self.tokens[at + 1], at)
        self.pending = Scope("block", top.owner, top.generics | generics, top.private)
        return at + 1 + (word == "func")

    def generics(self, at):
        """The names between `<` and `>`."""
        names, depth = set(), 0
        if self.tokens[at] != "<":
            return frozenset()
        while self.tokens[at]:
            depth += {"<": 1, ">": -1}.get(self.tokens[at], 0)
            if self.tokens[at] in "<," and depth == 1:
                names.add(self.tokens[at + 1])
            if depth == 0:
                break
            at += 1
        return frozenset(names)

    def variables(self, at):
        """The names that `let` and `var` declare, in a pattern too."""
        kind = {"file": "free", "block": "local", "paren": "local"}.get(self.stack[-1].kind, "member")
        if self.tokens[at + 1] != "(":
            self.declare(kind, self.tokens[at + 1], at)
            return
        inner = at + 2
        while self.tokens[inner] not in ")=":
            if self.tokens[inner][0].isalpha():
                self.declare(kind, self.tokens[inner], at)
            inner += 1

    def cases(self, at):
        """The names in a line of an enum's cases."""
        while self.tokens[at]:
            self.declare("member", self.tokens[at], at)
            at = self.closing(at + 1) + 1 if self.tokens[at + 1] == "(" else at + 1
            while self.tokens[at] not in (",", "") and self.lines[at] == self.lines[at - 1]:
                at += 1
            if self.tokens[at] != ",":
                return
            at += 1

    def closing(self, at):
        """Where the parenthesis that opens at a place closes."""
        depth = 0
        while self.tokens[at]:
            depth += (self.tokens[at] in ("(", "[", "{")) - (self.tokens[at] in (")", "]", "}"))
            if depth == 0:
                break
            at += 1
        return at

    def labels(self, at, declares):
        """The labels between the parenthesis at a place and its end; "_" for none."""
        found, depth, angles = [], 0, 0
        for place in range(at, self.closing(at)):
            token, following = self.tokens[place], self.tokens[place + 1 : place + 3]
            depth += (token in ("(", "[", "{")) - (token in (")", "]", "}"))
            angles += declares * ((token == "<") - (token == ">"))
            if depth == 1 and angles == 0 and token in ("(", ",") and following[0] != ")":
                found.append(following[0] if declares or following[1] == ":" else "_")
            elif depth == 1 and token == "=" and declares and found:
                found[-1] += "?"
        return tuple(found)

    def chain(self, at):
        """The dotted names of types from a place, and the place behind them."""
        names = [self.tokens[at]]
        while self.tokens[at + 1] == "." and self.tokens[at + 2][:1].isupper():
            at += 2
            names.append(self.tokens[at])
        return ".".join(names), at + 1

    def type_use(self, at, dotted):
        names, behind = self.chain(at)
        names = re.sub(r"^Self\b", self.stack[-1].owner, names)
        self.use("type", "." + names if dotted else names, at)
        called = behind + 2 if self.tokens[behind] == "." and self.tokens[behind + 1] == "init" else behind
        if self.tokens[called] == "(":
            self.use("init", names, at, labels=self.labels(called, False))
        elif self.tokens[behind] == "." and self.tokens[behind + 1][:1].isalpha():
            self.use("member", self.tokens[behind + 1], behind, base=names)
            return behind + 2
        return behind

    def name_use(self, token, at, dotted):
        if self.tokens[at + 1] == ":" and not dotted:
            self.declare("local", token, at)
        self.use("member" if dotted else "bare", token, at)

    def use(self, kind, name, at, base="", labels=()):
        top = self.pending or self.stack[-1]
        owner, generics = self.stack[-1].owner, top.generics | self.stack[-1].generics
        self.used.setdefault(Used(kind, name, owner, generics, base, labels), self.lines[at])
