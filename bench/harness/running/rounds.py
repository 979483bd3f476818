"""Rounds of load: one round, the warm-up, and sets in which the peers take turns."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from ..figures import Round, Series, is_warm
from ..plan import OPEN_LOOP, Plan
from ..showing.progress import Progress
from . import generators, proc
from .machine import Cores
from .peers import Origin, Running
from .processes import Keeper
from .tools import Tools

WARM_ROUND_SECONDS = 1
LOG_FLUSH_SECONDS = 1.2  # nginx and the edge write their logs in batches


@dataclass
class Stage:
    """What all rounds need: where things run and what is running."""

    plan: Plan
    keeper: Keeper
    tools: Tools
    folder: Path
    origin: Origin
    certificate: tuple
    cores: Cores
    progress: Progress
    notes: list = field(default_factory=list)

    def start(self, peer, large=False, more=None):
        return Running(peer, self.keeper, self.folder, self.origin, self.certificate, large, more)


def measure(stage, running, generator, seconds, generator_cores, watched):
    """One round of load on one peer; watched are the cores on which strangers are noticed."""
    busy = {core: proc.core_seconds(core) for core in watched}
    peer_before, origin_before = proc.cpu_seconds(running.pid), proc.cpu_seconds(stage.origin.pid)
    begun = time.monotonic()
    outcome = generators.run(stage.keeper, generator, stage.tools, running.address, seconds, generator_cores)
    wall = time.monotonic() - begun
    running.require_alive()
    stage.origin.require_alive()
    peer = proc.cpu_seconds(running.pid) - peer_before
    origin = proc.cpu_seconds(stage.origin.pid) - origin_before
    values = outcome.values()
    if outcome.requests:
        values["cpu_us"] = peer / outcome.requests * 1e6
        values["handshakes_cpu_s"] = outcome.requests / peer if peer else None
    foreign = 0.0
    for core in watched:
        own = (peer + origin if core == stage.cores.proxy else 0.0)
        own += outcome.cpu_seconds if generator_cores == {core} else 0.0
        foreign = max(foreign, (proc.core_seconds(core) - busy[core] - own) / wall)
    return Round(values, foreign, outcome.errors, outcome.problem)


class Peers:
    """The peers that live through all sets, each with its variant for large bodies."""

    def __init__(self, stage):
        self._stage = stage
        self._running = {}
        self._protocols = {}
        wants_large = any(workload.large for workload in stage.plan.workloads)
        for peer in stage.plan.peers:
            variants = (False, True) if wants_large and peer.has_large_variant else (False,)
            for large in variants:
                stage.progress.now(f"starting {peer.name}")
                running = stage.start(peer, large)
                running.await_https()
                self._running[peer.name, large] = running

    def serving(self, peer, workload):
        return self._running[peer.name, workload.large and peer.has_large_variant]

    def speaking(self, workload):
        """The peers that can do the workload at all."""
        able = []
        for peer in self._stage.plan.peers:
            key = peer.name, workload.protocol
            if key not in self._protocols:
                self._protocols[key] = self.serving(peer, workload).speaks(workload.protocol)
                if not self._protocols[key]:
                    self._stage.notes.append(f"{peer.name} does not speak {workload.protocol}: left out")
            if self._protocols[key]:
                able.append(peer)
        return able

    def warm(self):
        """The edges until two rounds agree, then everybody else just as long; then all onto one core."""
        workloads = self._stage.plan.warm_workloads
        for workload in workloads:
            able = self.speaking(workload)
            edges = [peer for peer in able if peer.is_edge]
            rounds = max((self._warm_until_steady(peer, workload) for peer in edges), default=2)
            for peer in able:
                if not peer.is_edge:
                    for _ in range(rounds):
                        self._warm_round(peer, workload)
        for running in self._running.values():
            running.pin(self._stage.cores.proxy_only)
            running.take_log()
        for peer in self.speaking(workloads[0]):
            self._stage.progress.now(f"settling {peer.name} on core {self._stage.cores.proxy}")
            self.round(peer, workloads[0], WARM_ROUND_SECONDS)

    def _warm_until_steady(self, peer, workload):
        costs = []
        while len(costs) < self._stage.plan.warm_seconds(workload) and not is_warm(costs):
            costs.append(self._warm_round(peer, workload))
        return len(costs)

    def _warm_round(self, peer, workload):
        self._stage.progress.now(f"warming {peer.name} with {workload.key}")
        stage = self._stage
        round_ = measure(stage, self.serving(peer, workload), workload.generator, WARM_ROUND_SECONDS,
                         stage.cores.all, ())
        return round_.values.get("cpu_us", 0.0)

    def round(self, peer, workload, seconds):
        core = self._stage.cores.proxy_only
        return measure(self._stage, self.serving(peer, workload), workload.generator, seconds, core, core)

    def set(self, workload):
        """Rounds A, B, C, A, B, C: what disturbs the machine for a while disturbs all alike."""
        stage = self._stage
        peers = self.speaking(workload)
        series = {peer.name: Series() for peer in peers}
        logged = dict.fromkeys(series, 0)
        for number in range(stage.plan.rounds):
            for peer in peers:
                stage.progress.now(f"{workload.key} round {number + 1} of {stage.plan.rounds}: {peer.name}")
                series[peer.name].rounds.append(self.round(peer, workload, stage.plan.seconds))
                logged[peer.name] += self.serving(peer, workload).take_log()
        if not all(logged.values()):
            time.sleep(LOG_FLUSH_SECONDS)
        for peer in peers:
            if not logged[peer.name] + self.serving(peer, workload).take_log():
                series[peer.name].rounds[-1].problem = "access log: 0 bytes (expected: a line per request)"
        return series

    def open_loop(self):
        stage = self._stage
        series = {peer.name: Series() for peer in stage.plan.peers}
        for number in range(stage.plan.open_rounds):
            for peer in stage.plan.peers:
                stage.progress.now(f"open loop, round {number + 1} of {stage.plan.open_rounds}: {peer.name}")
                running = self._running[peer.name, False]
                series[peer.name].rounds.append(open_loop_round(stage, running, stage.plan.open_seconds))
                running.take_log()
        return series

    def stop(self):
        for running in self._running.values():
            running.stop()
        self._running.clear()


def open_loop_round(stage, running, seconds):
    """Proxy and origin on their core, the generator polling on another."""
    other = stage.cores.open_loop
    return measure(stage, running, OPEN_LOOP, seconds, {other}, (stage.cores.proxy, other))
