# SPDX-License-Identifier: MIT
"""mdoc.py - texts as mdoc(7) has them: nothing in a table is taken for a macro or an escape."""
import re

# Words of two or three letters that begin with a capital may be macros.
MACRO = re.compile(r"^[A-Z%][A-Za-z0-9]{1,2}$")
CLOSING = ".,:;)]?!"


def escape(text):
    """Characters of a text, so that they stay what they are."""
    return text.replace("\\", r"\e").replace('"', r"\(dq").replace("\u2026", r"\&...")


def line(text):
    """A text as a line of its own."""
    text = escape(text)
    return r"\&" + text if text[:1] in (".", "'") else text


def sentences(text):
    """A text, a sentence a line."""
    parts = re.split(r"(?<=[.;]) (?=[A-Z0-9])", text)
    return [line(part) for part in parts if part]


def word(text):
    """A text as one argument of a macro."""
    text = escape(text)
    if MACRO.match(text) or text in CLOSING or text[:1] in CLOSING:
        return r"\&" + text
    if re.search(r"\s", text):
        return '"%s"' % text
    return text or '""'


def tag_list(rows, width="Ds", compact=False):
    """A list of (head, lines); a head is what stands behind .It."""
    if not rows:
        return []
    lines = [".Bl -tag -width %s%s" % (width, " -compact" if compact else "")]
    for head, body in rows:
        lines.append(".It " + head)
        lines.extend(body)
    return lines + [".El"]


def phrase(text):
    """A help text of a table as a sentence."""
    text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".?!" else text + "."
