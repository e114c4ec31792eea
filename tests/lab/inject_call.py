#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""inject_call.py PID NUMBER: the process's next system call becomes this one (x86-64 only).

As an attacker's code in it would call: the number is set where the call enters the kernel, ahead of
seccomp, and the arguments are whatever the registers hold.
"""
import ctypes
import os
import platform
import signal
import sys

PTRACE_POKEUSER = 6
PTRACE_SYSCALL = 24
PTRACE_DETACH = 17
PTRACE_SEIZE = 0x4206
PTRACE_INTERRUPT = 0x4207
PTRACE_O_TRACESYSGOOD = 1
ORIG_RAX = 15 * 8
AT_A_CALL = signal.SIGTRAP | 0x80

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long,) * 4
libc.ptrace.restype = ctypes.c_long


def ptrace(request, pid, address=0, data=0):
    if libc.ptrace(request, pid, address, data) < 0:
        raise OSError(ctypes.get_errno(), f"ptrace request {request:#x}")


def main():
    pid, number = int(sys.argv[1]), int(sys.argv[2])
    if platform.machine() != "x86_64":
        sys.exit(f"inject_call.py doesn't know the registers of a {platform.machine()}")
    ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD)
    ptrace(PTRACE_INTERRUPT, pid)
    while True:
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status):
            sys.exit(f"process {pid} ended before its next call")
        # The first stop is that of the interruption, so the first one at a call is its entry.
        if os.WSTOPSIG(status) == AT_A_CALL:
            break
        ptrace(PTRACE_SYSCALL, pid)
    ptrace(PTRACE_POKEUSER, pid, ORIG_RAX, number)
    ptrace(PTRACE_DETACH, pid)


if __name__ == "__main__":
    main()
