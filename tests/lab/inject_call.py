#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""inject_call.py PID NUMBER [PATH]: the process's next system call becomes this one (x86-64 only).

As an attacker's code in it would call: the number is set where the call enters the kernel, ahead of
seccomp, and the arguments are whatever the registers hold. With PATH they are those of openat(), to
read that file, and its result is printed; the process doesn't get back what it has asked for.
"""
import ctypes
import os
import platform
import signal
import struct
import sys

PTRACE_POKEUSER = 6
PTRACE_POKEDATA = 5
PTRACE_PEEKUSER = 3
PTRACE_SYSCALL = 24
PTRACE_DETACH = 17
PTRACE_SEIZE = 0x4206
PTRACE_INTERRUPT = 0x4207
PTRACE_O_TRACESYSGOOD = 1
# struct user_regs_struct
RAX, RDX, RSI, RDI, ORIG_RAX, RSP = (8 * n for n in (10, 12, 13, 14, 15, 19))
AT_A_CALL = signal.SIGTRAP | 0x80
AT_FDCWD = -100
BELOW_RED_ZONE = 8192

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long,) * 4
libc.ptrace.restype = ctypes.c_long


def ptrace(request, pid, address=0, data=0):
    if libc.ptrace(request, pid, address, data) < 0:
        raise OSError(ctypes.get_errno(), f"ptrace request {request:#x}")


def register(pid, offset):
    word = ctypes.c_long()
    # The call itself, unlike glibc's, puts the word where its last argument points.
    if libc.syscall(101, PTRACE_PEEKUSER, pid, ctypes.c_long(offset), ctypes.byref(word)) < 0:
        raise OSError(ctypes.get_errno(), "ptrace can't read a register")
    return word.value


def wait_for_call(pid):
    while True:
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status):
            sys.exit(f"process {pid} ended before its next call")
        # The first stop is that of the interruption, so the first one at a call is its entry.
        if os.WSTOPSIG(status) == AT_A_CALL:
            return
        ptrace(PTRACE_SYSCALL, pid)


def set_path(pid, path):
    text = path.encode() + b"\0"
    text += b"\0" * (-len(text) % 8)
    address = register(pid, RSP) - BELOW_RED_ZONE & ~7
    for i in range(0, len(text), 8):
        ptrace(PTRACE_POKEDATA, pid, address + i, struct.unpack("q", text[i:i + 8])[0])
    for offset, value in (RDI, AT_FDCWD), (RSI, address), (RDX, os.O_RDONLY):
        ptrace(PTRACE_POKEUSER, pid, offset, value)


def main():
    pid, number = int(sys.argv[1]), int(sys.argv[2])
    if platform.machine() != "x86_64":
        sys.exit(f"inject_call.py doesn't know the registers of a {platform.machine()}")
    ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD)
    ptrace(PTRACE_INTERRUPT, pid)
    wait_for_call(pid)
    ptrace(PTRACE_POKEUSER, pid, ORIG_RAX, number)
    if len(sys.argv) > 3:
        set_path(pid, sys.argv[3])
        ptrace(PTRACE_SYSCALL, pid)
        wait_for_call(pid)
        print(register(pid, RAX))
        ptrace(PTRACE_POKEUSER, pid, RAX, -4)  # EINTR: it asks again
    ptrace(PTRACE_DETACH, pid)


if __name__ == "__main__":
    main()
