#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Manual pages of a program, from what it says of itself: a page for the program and one for each command, as git has them.

usage: scripts/man.py PROGRAM FOLDER

The pages are dated by the program's file, or by SOURCE_DATE_EPOCH. The parser's own tool flows all text into
paragraphs, and so makes one line of a list of examples; here a line that is indented stays a line.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

EXIT_CODES = re.compile(r"Exit codes: (.*)", re.DOTALL)


def said(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def escaped(text):
    """Text that groff shows as it is: hyphens that can be copied, and nothing that it takes for a request."""
    for plain, shown_as in (("\\", "\\e"), ("-", "\\-"), ("^", "\\(ha"), ("~", "\\(ti"), ("`", "\\(ga"), ("'", "\\(aq")):
        text = text.replace(plain, shown_as)
    return "\n".join("\\&" + line if line.startswith(".") else line for line in text.split("\n"))


def prose(text):
    """A sentence of a paragraph; what stands between backticks is to be typed."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return "".join(f"\\fB{escaped(part)}\\fP" if index % 2 else escaped(part) for index, part in enumerate(parts))


def discussion(text):
    """(section, lines of the page): paragraphs flow, indented lines stay as they are, `Examples:` begins a section."""
    lines, examples, into, literal = [], [], None, False
    into = lines

    def flow():
        nonlocal literal
        if literal:
            into.extend([".EE", ".RE"])
        literal = False

    for line in text.split("\n"):
        if line == "Examples:":
            flow()
            into = examples
        elif line.startswith("  "):
            if not literal:
                into.extend([".PP"] if into is lines else [])
                into.extend([".RS 4" if into is lines else ".RS 0", ".EX"])
            literal = True
            into.append(escaped(line[2:]))
        elif line:
            flow()
            into.extend([".PP", prose(line)])
    flow()
    return lines, examples


def names_of(argument):
    names = argument.get("names", [])
    short = ["-" + name["name"] for name in names if name["kind"] == "short"]
    long = ["--" + name["name"] for name in names if name["kind"] == "long"]
    return short + long


def synopsis(argument):
    value = f"\\fI{escaped(argument['valueName'])}\\fP"
    if argument["kind"] == "positional":
        text = value
    else:
        preferred = argument["preferredName"]
        dashes = "-" if preferred["kind"] == "short" else "--"
        text = f"\\fB{escaped(dashes + preferred['name'])}\\fP" + (f" {value}" if argument["kind"] == "option" else "")
    if argument["isRepeating"]:
        text += " ..."
    return f"[{text}]" if argument["isOptional"] else text


def entry(argument):
    value = f"\\fI{escaped(argument['valueName'])}\\fP"
    if argument["kind"] == "positional":
        head = value
    else:
        head = ", ".join(f"\\fB{escaped(name)}\\fP" for name in names_of(argument))
        head += f" {value}" if argument["kind"] == "option" else ""
    text = argument.get("abstract", "")
    if "defaultValue" in argument and "default" not in text:
        text += f" (default: {argument['defaultValue']})"
    return [".TP", head, prose(text)]


def shown(command):
    return [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]


def page(command, program, version, date, *, about=None):
    """The lines of one page. `about` is the program's own command, where the page is of another."""
    full = " ".join([*command.get("superCommands", []), command["commandName"]])
    name = full.replace(" ", "-")
    text, examples = discussion(command.get("discussion", ""))
    codes = EXIT_CODES.search((about or command).get("discussion", ""))
    lines = [
        f'.TH {escaped(name.upper())} 1 "{date}" "{escaped(program)} {escaped(version)}" "User Commands"',
        # Words are not cut, nor lines stretched: a command that is copied must be as it is typed.
        ".nh",
        ".ad l",
        ".SH NAME",
        f"{escaped(name)} \\- {prose(command['abstract']).rstrip('.')}",
        ".SH SYNOPSIS",
        f"\\fB{escaped(full)}\\fP",
    ]
    subcommands = [sub for sub in command.get("subcommands", []) if sub["shouldDisplay"] and sub["commandName"] != "help"]
    # Where it is long, what may be left out is said below.
    arguments = shown(command)
    optional = [argument for argument in arguments if argument["isOptional"] and argument["kind"] != "positional"]
    needed = [argument for argument in arguments if argument not in optional]
    lines += ["\\fIcommand\\fP", "[...]"] if subcommands else []
    lines += [synopsis(argument) for argument in optional] if len(optional) < 14 else ["[\\fIoptions\\fP]"]
    lines += [synopsis(argument) for argument in needed]
    if about is None and codes:
        text, _ = discussion(EXIT_CODES.sub("", command["discussion"]).strip())
    if text:
        lines += [".SH DESCRIPTION", *text[text[0] == ".PP":]]
    if subcommands:
        lines.append(".SH COMMANDS")
        for sub in subcommands:
            lines += [".TP", f"\\fB{escaped(name + '-' + sub['commandName'])}\\fP(1)", prose(sub["abstract"])]
    section = None
    for argument in sorted(arguments, key=lambda argument: argument["kind"] != "positional"):
        title = argument.get("sectionTitle") or ("Arguments" if argument["kind"] == "positional" else "Options")
        if title != section:
            lines.append(f'.SH "{escaped(title.upper())}"')
        section = title
        lines += entry(argument)
    if examples:
        lines += [".SH EXAMPLES", *examples]
    if codes:
        lines += [".SH EXIT STATUS"]
        for code in re.split(r", (?=\d )", codes[1].strip().rstrip(".")):
            number, _, meaning = code.partition(" ")
            lines += [".TP 4", f"\\fB{number}\\fP", prose(meaning)]
    others = ["resect", "resect-train"] if about is None else [program]
    lines += [".SH SEE ALSO", ", ".join(f"\\fB{escaped(other)}\\fP(1)" for other in others if other != name)]
    return name, "\n".join(['.\\" SPDX-License-Identifier: Apache-2.0', *lines]) + "\n"


def pages(program):
    """(name, text) of each page of a program's."""
    root = json.loads(said(program, "--experimental-dump-help"))["command"]
    version = said(program, "--version").strip()
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or os.stat(program).st_mtime)
    date = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    name = root["commandName"]
    yield page(root, name, version, date)
    for command in root["subcommands"]:
        if command["shouldDisplay"] and command["commandName"] != "help":
            yield page(command, name, version, date, about=root)


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(program):
        (folder / f"{name}.1").write_text(text)


if __name__ == "__main__":
    main()
