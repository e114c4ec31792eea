# SPDX-License-Identifier: MIT
"""manual_keys.py - the parts of xdp511.conf(5): the keys of each section, from `xdp511d --describe`."""
import mdoc

UNDESCRIBED = "Undescribed."


def key_row(key):
    head = "Ic %s = Ar %s" % (key["name"], mdoc.word("value"))
    body = mdoc.sentences(key["meaning"] or UNDESCRIBED)
    facts = []
    if key["form"]:
        facts.append("Write " + key["form"])
    if key["is_repeatable"]:
        facts.append("may be repeated" if facts else "May be repeated")
    if facts:
        body.append(mdoc.line("; ".join(facts) + "."))
    if key["default"] is not None:
        body += ["Default:", ".Li " + mdoc.word(key["default"]) + " ."]
    return head, body


def section_part(name, keys):
    head = ".Ss [%s]" % (name if name != "zone" else "zone NAME")
    return head, mdoc.tag_list([key_row(key) for key in keys])


def parts(tables):
    """"keys SECTION" is the list of its keys, "section SECTION" the same with its head."""
    sections = {}
    for key in tables["xdp511d"]["keys"]:
        sections.setdefault(key["section"], []).append(key)
    made = {}
    for name, keys in sections.items():
        head, rows = section_part(name, keys)
        made["keys " + name] = lambda rows=rows: rows
        made["section " + name] = lambda head=head, rows=rows: [head] + rows
    return made
