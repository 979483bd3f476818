"""The bars the edge is built to meet, and whether a run met them."""

from dataclasses import dataclass

from .figures import ratio
from .metrics import METRICS


@dataclass(frozen=True)
class Goal:
    """A bound on a metric: against a peer as a ratio, or absolute when no peer is named."""

    section: str
    metric: str
    most: float
    peer: str = ""
    transport: str = ""


GOALS = (
    Goal("a", "cpu_us", 0.85, "nginx", "io_uring"),
    Goal("a", "cpu_us", 1.00, "nginx", "epoll"),
    Goal("b", "cpu_us", 0.85, "nginx", "io_uring"),
    Goal("b", "cpu_us", 1.00, "nginx", "epoll"),
    Goal("c", "cpu_us", 0.80, "nginx"),
    Goal("e1", "cpu_us", 1.00, "haproxy"),
    Goal("e2", "cpu_us", 0.75, "nginx"),
    Goal("open", "p99_ms", 1.00, "nginx"),
    Goal("open", "p999_ms", 1.50, "nginx"),
    Goal("cold", "p99_ms", 2.00, "nginx"),
    Goal("cold", "p999_ms", 2.00, "nginx"),
    Goal("held", "h2_kib", 12),
    Goal("held", "ws_kib", 6),
    Goal("stored", "stored_ms", 5000),
    Goal("stored", "stored_mib", 100),
    Goal("start", "start_ms", 600),
    Goal("start", "rest_mib", 120),
)


@dataclass(frozen=True)
class Reached:
    """A goal, the edge it was asked of, and what the run found; value is None when there is no figure."""

    goal: Goal
    edge: str
    value: float
    span: object
    disturbed: bool = False

    @property
    def met(self):
        return self.value is not None and self.value <= self.goal.most

    @property
    def verdict(self):
        if self.value is None:
            return "no figure"
        if self.disturbed:
            return "disturbed"
        return "reached" if self.met else "missed"

    @property
    def bound(self):
        metric = METRICS[self.goal.metric]
        if self.goal.peer:
            return f"{metric.label} at most {self.goal.most:.2f} of {self.goal.peer}"
        return f"{metric.label} at most {metric.text(self.goal.most)}"

    @property
    def found(self):
        if self.value is None:
            return "-"
        if not self.goal.peer:
            return METRICS[self.goal.metric].text(self.value)
        return f"{self.value:.2f} ({self.span.least:.2f} - {self.span.most:.2f})"


def judge(sets, peers):
    """Every goal that this run has something to say about."""
    reached = []
    for goal in GOALS:
        series = sets.get(goal.section, {})
        for peer in peers:
            if not peer.is_edge or peer.name not in series or goal.transport not in ("", peer.transport):
                continue
            if goal.peer and goal.peer not in series:
                continue
            span = (ratio(series[peer.name], series[goal.peer], goal.metric) if goal.peer
                    else series[peer.name].span(goal.metric))
            disturbed = any(series[name].disturbed for name in (peer.name, goal.peer) if name)
            reached.append(Reached(goal, peer.name, span.middle if span else None, span, disturbed))
    return reached
