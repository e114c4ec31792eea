# SPDX-License-Identifier: MIT
"""completion_zsh.py - the completion for zsh."""
from completion_live import COMMANDS

HEAD = """\
#compdef xdp511
# zsh completion for xdp511, made from its table of verbs
"""

TAIL = """
_xdp511() {
	local curcontext=$curcontext state line
	local -a _xdp511_options=(%s)
	_arguments -C $_xdp511_options '1: :_xdp511_verbs' '*:: :->rest'
	[[ $state != rest ]] || _xdp511_rest
}

_xdp511 "$@\""""


def quote(text):
    return "'%s'" % text.replace("'", "'\\''")


def spec(text):
    """A text within a specification of _arguments or _describe."""
    for char in "\\[]:":
        text = text.replace(char, "\\" + char)
    return text


def action(kind):
    if isinstance(kind, list):
        return "(%s)" % " ".join(kind)
    if kind == "file":
        return "_files"
    return "_xdp511_" + kind if kind else " "


def option(row):
    head = "%s[%s]" % (row["name"], spec(row["help"]))
    if row["value"] is not None:
        head = "%s=[%s]: :%s" % (row["name"], spec(row["help"]), action(row["value"]))
    return quote(head)


def live(name, command):
    return ["_xdp511_%s() {" % name, "\tlocal -a found", '\tfound=(${(f)"$(%s)"})' % command,
            "\tcompadd -a found", "}", ""]


def verb_list(verbs):
    yield "_xdp511_verbs() {\n\tlocal -a verbs=("
    for verb in verbs:
        for name in verb["names"]:
            yield "\t\t" + quote("%s:%s" % (name, spec(verb["help"])))
    yield "\t)\n\t_describe verb verbs\n}\n"


def word_cases(verb):
    """Behind a word such as `garden del`; $words begins with the verb."""
    yield "\t\t_arguments -C $own $_xdp511_options '1: :(%s)' '*:: :->word'" % " ".join(verb["words"])
    yield "\t\t[[ $state == word ]] || return"
    yield "\t\tcase $words[1] in"
    for word, kind in verb["words"].items():
        yield "\t\t%s) _arguments $own $_xdp511_options '1: :%s' ;;" % (word, action(kind))
    yield "\t\tesac ;;"


def rest(verbs):
    yield "_xdp511_rest() {\n\tlocal state line\n\tlocal -a own\n\tcase $words[1] in"
    for verb in verbs:
        yield "\t%s)" % "|".join(verb["names"])
        yield "\t\town=(%s)" % " ".join(option(row) for row in verb["options"])
        if verb["words"]:
            yield from word_cases(verb)
        elif verb["operand"]:
            yield "\t\t_arguments $own $_xdp511_options '1: :%s' ;;" % action(verb["operand"])
        else:
            yield "\t\t_arguments $own $_xdp511_options ;;"
    yield "\tesac\n}"


def make(verbs, options):
    lines = [HEAD]
    for name, command in COMMANDS.items():
        lines += live(name, command)
    return lines + list(verb_list(verbs)) + list(rest(verbs)) + [
        TAIL % " ".join(option(row) for row in options)]
