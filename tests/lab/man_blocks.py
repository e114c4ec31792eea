# SPDX-License-Identifier: MIT
"""man_blocks.py - the examples of a manual page: man_blocks.py PAGE DIRECTORY writes each to a file.

Above each ".Bd" stands a comment that says what it is: "run" and the exit codes that are right (0),
"run until stopped", "config", or "shown: why it isn't run". One without is an error. Files are named
NUMBER.KIND and begin with a comment "# PAGE:LINE CODES".
"""
import os
import re
import sys

MARK = re.compile(r'^\.\\" (run until stopped|run|config|shown:)(.*)$')


def plain(line):
    """What the reader sees."""
    return line.replace(r"\&", "").replace(r"\(dq", '"').replace(r"\e", "\\")


def blocks(lines, name):
    for i, line in enumerate(lines):
        if not line.startswith(".Bd"):
            continue
        mark = MARK.match(lines[i - 1])
        if not mark:
            raise SystemExit('%s:%d: nothing above .Bd says whether it can be run' % (name, i + 1))
        end = lines.index(".Ed", i)
        yield mark[1], mark[2].strip(), i + 1, [plain(text) for text in lines[i + 1:end]]


def main():
    page, directory = sys.argv[1:]
    name = os.path.basename(page)
    with open(page, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for n, (kind, codes, number, text) in enumerate(blocks(lines, name)):
        suffix = {"run until stopped": "endless", "shown:": "shown"}.get(kind, kind)
        path = os.path.join(directory, "%02d.%s" % (n, suffix))
        with open(path, "w", encoding="utf-8") as file:
            head = "# %s:%d %s" % (name, number, codes if suffix == "run" and codes else "0")
            file.write("\n".join([head] + text) + "\n")


main()
