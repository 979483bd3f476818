"""What a run will do, and how long that should take."""

from dataclasses import dataclass

from .running.generators import OpenLoop
from .workloads import WORKLOADS

OPEN_LOOP = OpenLoop(rate=8000)
STORED = 10_000
# Until a run time that compiles what the first requests ran is done, and has given back what that took.
SETTLED_SECONDS = 8.0
# Sections that are not closed-loop workloads; they are chosen by the same --only.
SECTIONS = {
    "open": f"open loop at {OPEN_LOOP.rate:,} requests/s, warm",
    "start": "start to first HTTPS answer, memory at rest",
    "idle": "memory per idle connection",
    "held": "memory per idle HTTP/2 connection and per idle WebSocket (only when named)",
    "stored": f"start with {STORED:,} stored certificates to an answer with the last, memory beside one (edges; only when named)",
    "cold": f"open loop at {OPEN_LOOP.rate:,} requests/s, the first seconds after start",
}
# Sections that a run leaves out unless they are named.
NAMED_ONLY = ("held", "stored")
SECTION_METRICS = {
    "open": ("p50_ms", "p99_ms", "p999_ms", "max_ms", "cpu_us"),
    "start": ("start_ms", "rest_mib"),
    "idle": ("plain_kib", "tls_kib"),
    "held": ("h2_kib", "ws_kib"),
    "stored": ("stored_ms", "stored_mib"),
    "cold": ("p50_ms", "p99_ms", "p999_ms", "max_ms", "cpu_us"),
}


def title(key):
    return WORKLOADS[key].title if key in WORKLOADS else SECTIONS[key]


def metrics(key):
    return WORKLOADS[key].metrics if key in WORKLOADS else SECTION_METRICS[key]


@dataclass(frozen=True)
class Plan:
    """Everything that decides the course of a run."""

    peers: tuple
    only: tuple
    rounds: int = 3
    seconds: int = 2
    warm_cap: int = 8
    open_seconds: int = 3
    open_rounds: int = 3
    starts: int = 4
    idle_connections: int = 4000
    cold_seconds: int = 10
    cold_rounds: int = 1
    budget: float = 590.0

    @property
    def workloads(self):
        return tuple(WORKLOADS[key] for key in self.only if key in WORKLOADS)

    @property
    def warm_workloads(self):
        """What is measured; plain small requests when only the open loop is."""
        return self.workloads or (WORKLOADS["a"],)

    def has(self, section):
        return section in self.only

    def warm_seconds(self, workload):
        """At least two rounds, or nothing could agree."""
        return max(2, min(workload.warm_seconds, self.warm_cap))

    @property
    def needs_long_lived(self):
        return bool(self.workloads) or self.has("open")

    def expected(self):
        """Seconds, with the slack that starting and reading /proc cost."""
        peers = len(self.peers)
        seconds = 3.0 + peers * 0.8
        if self.needs_long_lived:
            seconds += peers * 1.5
            warm = [self.warm_seconds(workload) for workload in self.warm_workloads]
            seconds += peers * 0.7 * sum(1.15 * each for each in warm) + peers * 1.2
        seconds += len(self.workloads) * peers * self.rounds * (self.seconds + 0.2)
        seconds += self.section_seconds()
        return seconds

    def section_seconds(self):
        return sum(self.cost(section) for section in SECTIONS if self.has(section))

    def cost(self, section):
        peers = len(self.peers)
        return {
            "open": peers * self.open_rounds * (self.open_seconds + 0.2),
            "start": peers * self.starts * 1.0,
            "idle": peers * (4.0 + self.idle_connections * 0.0016),
            "held": peers * (2.0 + 4 * SETTLED_SECONDS + self.idle_connections * 0.0032),
            "stored": 5.0 + sum(peer.is_edge for peer in self.peers) * self.starts * 8.0,
            "cold": peers * self.cold_rounds * (self.cold_seconds + 1.5),
        }[section]
