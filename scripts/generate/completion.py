# SPDX-License-Identifier: MIT
"""completion.py - makes a completion: completion.py FILE TABLES prints xdp511.bash, _xdp511 or xdp511.fish.

What a value or an operand may be is said here, once for all shells: a list of words, "file", or one
of the kinds that the daemon or the portal is asked for: zones, users, macs, garden, accounts.
"""
import json
import os
import re
import sys

import completion_bash
import completion_fish
import completion_zsh

SHELLS = {
    "xdp511.bash": completion_bash.make,
    "_xdp511": completion_zsh.make,
    "xdp511.fish": completion_fish.make,
}

# Of an option, by its name.
VALUES = {
    "zone": "zones",
    "user": "users",
    "mac": "macs",
    "devices-full": ["refuse", "oldest"],
    "state": ["unused", "in-use", "used-up", "expired", "revoked"],
}
# Of an operand, by what help calls it; behind a word, "VERB WORD" comes first.
OPERANDS = {
    "MAC": "macs",
    "FILE": "file",
    "garden del": "garden",
    "NAME": "accounts",
    "user add": None,
}
WORD = re.compile(r"^[a-z][a-z-]*$")


def value_kind(option, events):
    """None: no value; "": one that can't be guessed."""
    if option["argument"] is None:
        return None
    if option["kind"] == "file":
        return "file"
    if option["name"] == "type":
        return events
    return VALUES.get(option["name"], "")


def read_options(options, events):
    return [{"name": "--" + o["name"], "help": o["help"], "value": value_kind(o, events)}
            for o in options]


def operand_kind(verb, word, operand):
    key = "%s %s" % (verb, word)
    return OPERANDS[key] if key in OPERANDS else OPERANDS.get(operand)


def read_words(verb):
    """{"list": kind of what follows} of "list|add|del NAME"; {} for a verb without such words."""
    words, waiting = {}, []
    for branch in re.sub(r"[][]", "", verb["operands"]).split("|"):
        tokens = branch.split()
        if not tokens or not WORD.match(tokens[0]):
            continue
        words[tokens[0]] = None
        waiting.append(tokens[0])
        if len(tokens) > 1:
            for word in waiting:
                words[word] = operand_kind(verb["name"], word, tokens[1])
            waiting = []
    return words


def read_verb(verb, events):
    words = read_words(verb)
    first = re.sub(r"[][|].*", "", verb["operands"].lstrip("[")).split()
    return {
        "names": [n for n in (verb["name"], verb["alias"]) if n],
        "help": verb["help"],
        "words": words,
        "operand": None if words or not first else OPERANDS.get(first[0]),
        "options": read_options(verb["options"], events),
    }


def main():
    name, directory = sys.argv[1:]
    tables = {}
    for program in ("xdp511", "xdp511d"):
        with open(os.path.join(directory, program + ".json"), encoding="utf-8") as file:
            tables[program] = json.load(file)
    events = tables["xdp511d"]["events"]
    verbs = [read_verb(verb, events) for verb in tables["xdp511"]["verbs"]]
    print("\n".join(SHELLS[name](verbs, read_options(tables["xdp511"]["options"], events))))


if __name__ == "__main__":
    main()
