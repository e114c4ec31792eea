# SPDX-License-Identifier: MIT
"""completion_bash.py - the completion for bash; it needs nothing of the package bash-completion."""
from completion_live import COMMANDS

HEAD = """\
# bash completion for xdp511, made from its table of verbs

# What an option or an operand may be, one a line.
_xdp511_list() {
	case $1 in"""

BODY = """\
	esac
}

# Those that begin with $2. No word of them is ever expanded.
_xdp511_take() {
	local kind=$1 cur=$2 line

	if [ "$kind" = file ]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
	fi
	while IFS= read -r line; do
		[[ $line != "$cur"* ]] || COMPREPLY+=("$line")
	done < <(_xdp511_list "$kind")
}

# The kind of an option's value; nothing for a flag.
_xdp511_value() {
	case "$1 $2" in"""

TAIL = """\
	esac
}

_xdp511() {
	local text=${COMP_LINE:0:COMP_POINT} words=() cur verb='' operands=() i kind
	COMPREPLY=()
	read -ra words <<<"$text"
	[[ $text != *[[:space:]] ]] || words+=("")
	cur=${words[-1]}
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		case ${words[i]} in
		--*=*) ;;
		--*) [ -z "$(_xdp511_value "$verb" "${words[i]}")" ] || ((i++)) ;;
		*) if [ -z "$verb" ]; then verb=${words[i]}; else operands+=("${words[i]}"); fi ;;
		esac
	done
	if ((i == ${#words[@]})); then
		kind=$(_xdp511_value "$verb" "${words[-2]}")
	elif [[ $cur == --*=* ]]; then
		kind=$(_xdp511_value "$verb" "${cur%%=*}")
		cur=${cur#*=}
	elif [[ $cur == --* ]]; then
		kind="options $verb"
	elif [ -z "$verb" ]; then
		kind=verbs
	else
		kind=$(_xdp511_operand "$verb" "${operands[@]}")
	fi
	_xdp511_take "$kind" "$cur"
	# Words end at a colon for readline, too.
	if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
	fi
}

complete -F _xdp511 xdp511"""


def case(pattern, words):
    return "\t%s) printf '%%s\\n' %s ;;" % (pattern, " ".join("'%s'" % w for w in words))


def option_lists(verbs, options):
    common = [o["name"] for o in options]
    for verb in verbs:
        pattern = "|".join("'options %s'" % name for name in verb["names"])
        yield case(pattern, [o["name"] for o in verb["options"]] + common)
    yield case("'options '*", common)


def kind_of(value):
    """A list of words is named by them."""
    if isinstance(value, list):
        return "words " + " ".join(value)
    return value or "nothing"


def values(verbs, options):
    for option in options:
        if option["value"] is not None:
            yield "\t*' %s') echo '%s' ;;" % (option["name"], kind_of(option["value"]))
    for verb in verbs:
        for option in verb["options"]:
            if option["value"] is None:
                continue
            pattern = "|".join("'%s %s'" % (name, option["name"]) for name in verb["names"])
            yield "\t%s) echo '%s' ;;" % (pattern, kind_of(option["value"]))


def operands(verbs):
    yield "\n# The kind of the operand behind those."
    yield "_xdp511_operand() {\n\tcase $*' ' in"
    for verb in verbs:
        name = verb["names"][0]
        if verb["words"]:
            yield "\t'%s ') echo 'words %s' ;;" % (name, " ".join(verb["words"]))
        for word, kind in verb["words"].items():
            if kind:
                yield "\t'%s %s ') echo '%s' ;;" % (name, word, kind)
        if verb["operand"]:
            pattern = "|".join("'%s '" % n for n in verb["names"])
            yield "\t%s) echo '%s' ;;" % (pattern, verb["operand"])


def make(verbs, options):
    lines = [HEAD, case("verbs", [name for verb in verbs for name in verb["names"]])]
    lines += option_lists(verbs, options)
    lines += ["\t%s) %s ;;" % (name, command) for name, command in COMMANDS.items()]
    lines += ["\t'words '*) tr ' ' '\\n' <<<\"${1#words }\" ;;", BODY]
    lines += values(verbs, options)
    tail = TAIL.split("\n")
    lines += tail[:2] + list(operands(verbs)) + tail
    return lines
