# SPDX-License-Identifier: MIT
"""completion_fish.py - the completion for fish."""
from completion_live import COMMANDS

HEAD = """\
# fish completion for xdp511, made from its table of verbs

# The words of the command line without options and their values; the first is the verb.
function __xdp511_words
	set -l skip 0
	for word in (commandline -opc)[2..-1]
		if test $skip = 1
			set skip 0
		else if string match -q -- '--*=*' $word
			continue
		else if contains -- $word $__xdp511_with_value
			set skip 1
		else if not string match -q -- '--*' $word
			echo $word
		end
	end
end

# Whether those begin with the words given, and N operands of them are there.
function __xdp511_at
	set -l words (__xdp511_words)
	test (count $words) = (count $argv); and test "$words" = "$argv"
end

# Whether the verb is one of those.
function __xdp511_verb
	set -l words (__xdp511_words)
	test (count $words) -ge 1; and contains -- $words[1] $argv
end

function __xdp511_no_verb
	test (count (__xdp511_words)) = 0
end
"""


def quote(text):
    return "'%s'" % text.replace("\\", "\\\\").replace("'", "\\'")


def live(name, command):
    return ["function __xdp511_%s" % name, "\t" + command, "end", ""]


def values(kind):
    """What -a says of a kind; None: files."""
    if isinstance(kind, list):
        return quote(" ".join(kind))
    return quote("(__xdp511_%s)" % kind) if kind else None


def option(row, condition):
    line = "complete -c xdp511%s -l %s -d %s" % (condition, row["name"][2:], quote(row["help"]))
    if row["value"] == "file":
        return line + " -r -F"
    if row["value"] is None:
        return line
    words = values(row["value"])
    return line + " -x" + (" -a " + words if words else "")


def operand(place, kind):
    condition = " -n %s" % quote("__xdp511_at " + place)
    if kind == "file":
        return "complete -c xdp511%s -F" % condition
    return "complete -c xdp511%s -a %s" % (condition, values(kind))


def verb_lines(verb):
    for name in verb["names"]:
        yield "complete -c xdp511 -n __xdp511_no_verb -a %s -d %s" % (name, quote(verb["help"]))
    condition = " -n %s" % quote("__xdp511_verb " + " ".join(verb["names"]))
    for row in verb["options"]:
        yield option(row, condition)
    for name in verb["names"]:
        if verb["words"]:
            yield operand(name, list(verb["words"]))
        if verb["operand"]:
            yield operand(name, verb["operand"])
        for word, kind in verb["words"].items():
            if kind:
                yield operand("%s %s" % (name, word), kind)


def make(verbs, options):
    rows = options + [row for verb in verbs for row in verb["options"]]
    with_value = sorted({row["name"] for row in rows if row["value"] is not None})
    lines = [HEAD.rstrip("\n"), "", "set -g __xdp511_with_value " + " ".join(with_value), ""]
    for name, command in COMMANDS.items():
        lines += live(name, command)
    lines.append("complete -c xdp511 -f")
    lines += [option(row, "") for row in options]
    for verb in verbs:
        lines += verb_lines(verb)
    return lines
