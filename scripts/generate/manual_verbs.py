# SPDX-License-Identifier: MIT
"""manual_verbs.py - the parts of xdp511(8): verbs, options, exit codes, from `xdp511 --describe`."""
import re

import mdoc

KEYWORD = re.compile(r"^[a-z][a-z-]*$")


def option_head(option):
    head = "Fl -" + option["name"]
    return head + (" Ar " + mdoc.word(option["argument"]) if option["argument"] else "")


def option_rows(options):
    return [(option_head(o), mdoc.sentences(mdoc.phrase(o["help"]))) for o in options]


def operand_words(text):
    """"list|add [PREFIX]" in macros: words that are typed as they are, and those that stand for one."""
    out, before = [], " "
    for token in re.findall(r"[][| ]|[^][| ]+", text):
        if token == "[" and before not in "[| ":
            out.append("Ns")
        before = token
        if token in "[]":
            out.append("Oo" if token == "[" else "Oc")
        elif token == "|":
            out.append("|")
        elif KEYWORD.match(token):
            out.append("Cm " + token)
        elif token != " ":
            out.append("Ar " + mdoc.word(token))
    return " ".join(out)


def verb_part(verb):
    """Synopsis, meaning and options of one verb, without its head."""
    lines = [".Nm xdp511", ".Cm " + verb["name"]]
    if verb["operands"]:
        lines.append("." + operand_words(verb["operands"]))
    lines += [".Op " + option_head(o) for o in verb["options"]]
    lines.append(".Pp")
    lines += mdoc.sentences(mdoc.phrase(verb["help"]))
    if verb["alias"]:
        lines.append(".Cm %s" % verb["alias"])
        lines.append("is the same.")
    if verb["options"]:
        lines += mdoc.tag_list(option_rows(verb["options"]))
    return lines


def parts(tables):
    """Each part by its name; those of verbs are "verb NAME"."""
    table = tables["xdp511"]
    made = {
        "options": lambda: mdoc.tag_list(option_rows(table["options"])),
        "exits": lambda: mdoc.tag_list(
            [(str(row["code"]), mdoc.sentences(row["meaning"])) for row in table["exits"]]),
    }
    for verb in table["verbs"]:
        made["verb " + verb["name"]] = (
            lambda verb=verb: [".Ss " + verb["name"]] + verb_part(verb))
    return made
