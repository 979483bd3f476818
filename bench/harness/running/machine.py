"""The machine: which cores are used for what, and the facts that belong beside every figure."""

import os
import platform
import resource
import shutil
import subprocess
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from .tools import ROOT

SCRATCH_BYTES = 1 << 30


class Cores:
    """The core of proxy, origin and closed-loop generators, and the others."""

    def __init__(self):
        allowed = sorted(os.sched_getaffinity(0))
        self.all = set(allowed)
        self.proxy = allowed[-1]
        self.others = set(allowed[:-1])

    @property
    def proxy_only(self):
        return {self.proxy}

    @property
    def open_loop(self):
        """The core on which the open loop polls; None on a machine with one core."""
        return min(self.others) if self.others else None


def prepare(cores):
    """Keeps the harness off the proxy's core, and gives what it starts all the files it may have."""
    os.sched_setaffinity(0, cores.others or cores.all)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def scratch_folder():
    """Memory rather than disk, so that writing logs back does not disturb the core."""
    shared = Path("/dev/shm")
    fits = os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > SCRATCH_BYTES
    folder = Path(tempfile.mkdtemp(prefix="sallyport-bench-", dir=shared if fits else None))
    folder.chmod(0o755)  # nginx and its worker, which is another user, both go there
    return folder


def _line(path, prefix):
    for line in Path(path).read_text().splitlines():
        if line.startswith(prefix):
            return line.split(":", 1)[1].strip()
    return "unknown"


def _revision():
    done = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def environment(cores):
    memory = int(_line("/proc/meminfo", "MemTotal").split()[0]) // 1024
    facts = {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "revision": _revision(),
        "CPU": _line("/proc/cpuinfo", "model name"),
        "cores": len(cores.all),
        "memory": f"{memory:,} MiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "system": _system(),
        "load before": f"{os.getloadavg()[0]:.2f}",
    }
    tracked = Path("/proc/sys/net/netfilter/nf_conntrack_count")
    if tracked.exists() and int(tracked.read_text()) > 0:
        facts["conntrack"] = "on: loopback packets cost more; compare ratios only"
    return facts


def _system():
    path = Path("/etc/os-release")
    if not path.exists():
        return platform.platform()
    for line in path.read_text().splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.split("=", 1)[1].strip('"')
    return platform.platform()
