# SPDX-License-Identifier: MIT
"""press_tab.py - types into a real shell: press_tab.py bash|zsh DIRECTORY DUMP TEXT prints its screen.

TEXT is followed by a tab and Enter. The shell has the completion of DIRECTORY, and runs a function of
the same name as the program, which prints "RAN: " and its arguments; what is asked of the daemon on
the way there is asked by the program on PATH. In DUMP zsh keeps what it knows of all completions.
"""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

DEADLINE_S = 60
READY = rb"READY> "
RAN = rb"RAN: [^\r\n]*[\r\n]"
COMMANDS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
# The text of READY stands in two parts, so that its echo isn't taken for the prompt.
SET_UP = {
    "bash": "bind 'set show-all-if-ambiguous on'; bind 'set bell-style none'; "
            "bind 'set enable-bracketed-paste off'; bind 'set completion-query-items 0'; "
            "bind 'set page-completions off'; source {0}/xdp511.bash; "
            "xdp511() {{ echo \"RAN: $*\"; }}; PS1='REA''DY> '\n",
    "zsh": "fpath=({0} $fpath); autoload -U compinit; compinit -C -d {1}; unset zle_bracketed_paste; "
           "LISTMAX=1000; setopt no_beep; unsetopt prompt_sp; "
           "xdp511() {{ echo \"RAN: $*\"; }}; PS1='REA''DY> '\n",
}


def read_until(fd, wanted):
    end = time.monotonic() + DEADLINE_S
    seen = b""
    while not re.search(wanted, seen):
        ready, _, _ = select.select([fd], [], [], max(0, end - time.monotonic()))
        if not ready:
            raise SystemExit("the shell didn't print %r: %r" % (wanted, seen))
        seen += os.read(fd, 4096)
    return seen


def main():
    shell, directory, dump, text = sys.argv[1:]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm", PS1="", LC_ALL="C.UTF-8")
        os.execvp(COMMANDS[shell][0], COMMANDS[shell])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
    os.write(fd, SET_UP[shell].format(directory, dump).encode())
    read_until(fd, READY)
    # Once before, and taken back: the second time is another one to a completion.
    os.write(fd, b"xdp511 expo\t\x15" + text.encode() + b"\t\n")
    screen = read_until(fd, RAN)
    os.write(fd, b"exit\n")
    print(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\x08", "", screen.decode(errors="replace")))
    os.close(fd)
    os.waitpid(pid, 0)


main()
