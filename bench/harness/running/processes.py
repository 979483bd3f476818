"""Starting and ending processes so that none outlives the benchmark."""

import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import time

from ..failure import Failure
from . import proc

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_PORTS = range(20000, 32000)  # below the range from which the kernel takes client ports


class Keeper:
    """Knows every process it started, each the leader of its own group, and ends exactly those."""

    def __init__(self, cores):
        self._cores = cores
        self._running = []

    def start(self, command, **options):
        process = subprocess.Popen(command, start_new_session=True, preexec_fn=self._in_child, **options)
        self._running.append(process)
        return process

    def _in_child(self):
        # The harness keeps off the proxy's core; what it starts may use all until it is pinned.
        os.sched_setaffinity(0, self._cores)
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    def stop(self, process, patience=8.0):
        self._signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        self._signal(process, signal.SIGKILL)
        process.wait()
        if process in self._running:
            self._running.remove(process)

    def release(self, process):
        """For a process that has ended and was waited for."""
        self._running.remove(process)

    def stop_all(self):
        for process in self._running:
            self._signal(process, signal.SIGTERM)
        for process in list(reversed(self._running)):
            self.stop(process, 3.0)

    @staticmethod
    def _signal(process, number):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


def free_ports(count, taken=()):
    """Loopback ports on which nobody listens."""
    found = []
    for port in random.sample(_PORTS, len(_PORTS)):
        if len(found) == count:
            return found
        if port in taken:
            continue
        with contextlib.closing(socket.socket()) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    raise Failure(f"free loopback ports: {len(found)} (expected: {count})")


def require_listening(process, port, who):
    """The port is served by the process itself, not by something left over."""
    if process.poll() is not None:
        raise Failure(f"{who}: ended with {process.returncode} (expected: running)")
    if not proc.listens(process.pid, port):
        raise Failure(f"{who}: port {port} is served by another process (expected: its own)")


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(f"{what}: not within {seconds:g} s")
        time.sleep(0.01)
