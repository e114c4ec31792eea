# SPDX-License-Identifier: MIT
"""manual_api.py - resources, verdicts, counters and maps, from the programs' tables and bpf/maps.h."""
import re

import mdoc
from manual_keys import UNDESCRIBED

ACTIONS = {
    "PASS": "on to the kernel, or on to the client",
    "STEER": "to the responder",
    "REPLY": "answered by the gate itself, out of the same frame",
    "DROP": "dropped",
}
MAP = re.compile(
    r"/\*(?P<comment>(?:(?!\*/).)*)\*/\s*(?:#define [^\n]*\n\s*)*struct \{[^}]*\} (?P<name>x511_\w+) SEC\(", re.S)


def resource_head(row):
    names = {"/v1/sessions/": "MAC", "/v1/vouchers/": "CODE", "/v1/users/": "NAME"}
    name = names.get(row["path"], "NAME") if row["path"].endswith("/") else ""
    head = "Ic %s Pa %s" % (row["method"], row["path"])
    return head + (" Ns Ar " + mdoc.word(name) if name else "")


def resource_row(row):
    body = mdoc.sentences(row["meaning"] or UNDESCRIBED)
    if row["query"]:
        body.append("Query:")
        words = row["query"].split()
        for i, query in enumerate(words):
            body.append(".Cm %s %s" % (query, "." if i == len(words) - 1 else ","))
    return resource_head(row), body


def resources(table):
    return mdoc.tag_list([resource_row(row) for row in table["resources"]])


def verdicts(table):
    lines = []
    for action, meaning in ACTIONS.items():
        rows = [("Dv " + row["name"], mdoc.sentences(mdoc.phrase(row["meaning"])))
                for row in table["verdicts"] if row["kind"] == action]
        lines += [".Pp", "%s, %s:" % (action, meaning), ".Pp"] + mdoc.tag_list(rows, compact=True)
    return lines


def counters(table):
    return mdoc.tag_list([("Dv " + row["name"], mdoc.sentences(mdoc.phrase(row["meaning"])))
                          for row in table["counters"]], compact=True)


def maps():
    with open("bpf/maps.h", encoding="utf-8") as file:
        text = file.read()
    rows = []
    for found in MAP.finditer(text):
        comment = re.sub(r"\s*\n \*\s?", " ", found["comment"]).strip()
        comment = re.sub(r" \([a-z_]+\.h\)", "", comment)
        rows.append(("Dv " + found["name"], mdoc.sentences(mdoc.phrase(comment))))
    if len(rows) < text.count('SEC(".maps")'):
        raise SystemExit("bpf/maps.h: a map has no comment above it")
    return mdoc.tag_list(rows, compact=True)


def events(table):
    """The names, for a sentence; the page says what each of them means."""
    names = table["events"]
    return [".Cm %s %s" % (name, "." if i == len(names) - 1 else ",") for i, name in enumerate(names)]


def parts(tables):
    daemon, portal = tables["xdp511d"], tables["xdp511-portal"]
    return {
        "resources": lambda: resources(daemon),
        "admin resources": lambda: resources(portal),
        "verdicts": lambda: verdicts(daemon),
        "counters": lambda: counters(daemon),
        "maps": maps,
        "events": lambda: events(daemon),
    }
