"""Readers of /proc: processes, their CPU time and memory, and how busy a core was."""

import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


def parse_parent(text):
    """Parent of /proc/PID/stat; the name may hold spaces and brackets."""
    return int(text[text.rindex(")") + 2 :].split()[1])


def parse_core(text, core):
    """Busy seconds of one core so far, of /proc/stat. Guest time is already within user time."""
    for line in text.splitlines():
        fields = line.split()
        if fields and fields[0] == f"cpu{core}":
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[1:9])
            return (user + nice + system + irq + softirq + steal) / TICKS
    raise ValueError(f"core: {core} (expected: a core of /proc/stat)")


def parse_listeners(text):
    """Port to socket inodes of everything that listens, of /proc/net/tcp or tcp6."""
    listeners = {}
    for line in text.splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A":
            listeners.setdefault(int(fields[1].rsplit(":", 1)[1], 16), set()).add(fields[9])
    return listeners


def parse_resident(text):
    """Resident bytes of /proc/PID/status; 0 for a process that is ending."""
    for line in text.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def tree(root):
    """The process and all below it."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = parse_parent((entry / "stat").read_text())
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += children.get(pid, [])
    return found


def cpu_seconds(root):
    """User and system time of the tree, to the nanosecond: the kernel's CPU clock of each process."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in tree(root))


def core_seconds(core):
    return parse_core(Path("/proc/stat").read_text(), core)


def resident_bytes(root):
    return sum(parse_resident(Path(f"/proc/{pid}/status").read_text()) for pid in tree(root))


def listens(root, port):
    """True when the listening socket of the port belongs to the tree."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        inodes |= parse_listeners(Path(table).read_text()).get(port, set())
    for pid in tree(root):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(descriptor)
            except OSError:
                continue
            if target.startswith("socket:[") and target[8:-1] in inodes:
                return True
    return False


def pin(root, cores):
    """Every thread of the tree onto the cores, also those that appear meanwhile."""
    pinned = set()
    while True:
        threads = {int(t) for pid in tree(root) for t in os.listdir(f"/proc/{pid}/task")} - pinned
        if not threads:
            return
        for thread in threads:
            try:
                os.sched_setaffinity(thread, cores)
            except ProcessLookupError:
                pass
        pinned |= threads
