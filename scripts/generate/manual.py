# SPDX-License-Identifier: MIT
"""manual.py - makes a manual page: manual.py PAGE.in TABLES prints it, TABLES being a directory.

A line "@part@" of the page is replaced by that part, which is made from the programs' tables;
"@rest verb@" by all parts of that kind that the page doesn't name, so that nothing is missing when
a table has grown; a heading right above it goes when there are none. "@version@" within a line is the version.
"""
import json
import os
import re
import sys

import manual_api
import manual_keys
import manual_verbs

PROGRAMS = ("xdp511", "xdp511d", "xdp511-portal")
PLACE = re.compile(r"^@([a-z0-9 -]+)@$")


def load(directory):
    tables = {}
    for program in PROGRAMS:
        with open(os.path.join(directory, program + ".json"), encoding="utf-8") as file:
            tables[program] = json.load(file)
    return tables


def rest(parts, kind, named):
    lines = []
    for name in parts:
        if name.startswith(kind + " ") and name not in named:
            lines += parts[name]()
    return lines


def make(text, parts):
    named = set()
    for match in (PLACE.match(line) for line in text.splitlines()):
        if match:
            named.add(match[1])
            named.add(re.sub("^keys ", "section ", match[1]))
    lines = []
    for line in text.splitlines():
        match = PLACE.match(line)
        if not match:
            lines.append(line)
        elif match[1].startswith("rest "):
            more = rest(parts, match[1][len("rest "):], named)
            if not more and lines[-1].startswith(".Sh "):
                lines.pop()
            lines += more
        elif match[1] in parts:
            lines += parts[match[1]]()
        else:
            raise SystemExit('there is no part "%s" of a manual page' % match[1])
    return lines


def main():
    page, directory = sys.argv[1:]
    tables = load(directory)
    parts = {}
    for module in (manual_verbs, manual_keys, manual_api):
        parts.update(module.parts(tables))
    with open(page, encoding="utf-8") as file:
        text = file.read().replace("@version@", tables["xdp511"]["version"])
    print("\n".join(make(text, parts)))


main()
