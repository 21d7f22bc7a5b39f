"""Run a piece of Python in a process that the system kills when it opens a network socket.

A filter of system calls (seccomp) holds native code too, which a patched ``socket`` does not.
Linux on x86-64 and AArch64.
"""

from __future__ import annotations

import platform
import subprocess
import sys

_SOCKET_CALL = {"x86_64": 41, "aarch64": 198}

_PREFIX = """
import ctypes, struct
def close_network(call):
    load, equal, give = 0x20, 0x15, 0x06
    rules = [
        (load, 0, 0, 0),             # the number of the system call
        (equal, 0, 3, call),         # not socket(): allow
        (load, 0, 0, 16),            # its first argument, the family
        (equal, 2, 0, 2),            # AF_INET: kill
        (equal, 1, 0, 10),           # AF_INET6: kill
        (give, 0, 0, 0x7FFF0000),    # allow
        (give, 0, 0, 0x80000000),    # kill the process
    ]
    code = b"".join(struct.pack("HBBI", *rule) for rule in rules)
    buffer = ctypes.create_string_buffer(code)
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("rules", ctypes.c_void_p)]
    program = Program(len(rules), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
        raise SystemExit("no filter of system calls here")
close_network({call})
"""


def supported() -> bool:
    """Whether this system can hold a process off the network, and kills one that tries."""
    if platform.system() != "Linux" or platform.machine() not in _SOCKET_CALL:
        return False
    return run("pass").returncode == 0 and run("import socket; socket.socket()").returncode < 0


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run ``code``; a negative return code says that it reached for the network."""
    whole = _PREFIX.replace("{call}", str(_SOCKET_CALL[platform.machine()])) + code
    return subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, check=False, timeout=300
    )
