"""Measurements on peers just started: start-up, memory at rest, idle connections, the first seconds of load."""

import resource
import shutil
import subprocess
import time

from ..figures import Round, Series
from ..plan import SETTLED_SECONDS, STORED
from . import generators, proc
from .rounds import open_loop_round

REST_SECONDS = 0.5
# An authority that does not answer; nothing is due, so nothing is missing without it.
ACME = 'acme: {authorities: {bench: {directory: "https://127.0.0.1:1/directory"}}, volatile-storage: true}'
SPARE_FILES = 1000  # what a peer has open besides its connections
KIB = 1024


def starts(stage):
    """Start to first HTTPS answer on all cores, and the memory half a second later."""
    series = {peer.name: Series() for peer in stage.plan.peers}
    for number in range(stage.plan.starts):
        for peer in stage.plan.peers:
            stage.progress.now(f"start {number + 1} of {stage.plan.starts}: {peer.name}")
            running = stage.start(peer)
            seconds = running.await_https()
            time.sleep(REST_SECONDS)
            rest = proc.resident_bytes(running.pid) / proc.MIB
            running.stop()
            series[peer.name].rounds.append(Round({"start_ms": seconds * 1000, "rest_mib": rest}))
    return series


def idle(stage):
    """Resident memory per connection that is open and idle after one request."""
    return _all_held(stage, REST_SECONDS, "plain", "tls")


def held(stage):
    """The same of connections of HTTP/2, and of WebSockets with their connection to the origin, when all is still."""
    return _all_held(stage, SETTLED_SECONDS, "h2", "ws")


def stored(stage):
    """Start to an answer with the last of many certificates at rest, and the memory beside a start with one."""
    series = {peer.name: Series() for peer in stage.plan.peers if peer.is_edge}
    folders = {count: stage.folder / f"stored-{count}" for count in (1, STORED)}
    for count, folder in folders.items():
        stage.progress.now(f"making {count:,} certificates")
        subprocess.run([str(stage.tools.program("stored")), str(folder), str(count)], check=True)
    for number in range(stage.plan.starts):
        for peer in stage.plan.peers:
            if not peer.is_edge:
                continue
            stage.progress.now(f"{STORED:,} stored certificates, start {number + 1} of {stage.plan.starts}: {peer.name}")
            _, few = _start_with(stage, peer, folders[1], 1)
            seconds, many = _start_with(stage, peer, folders[STORED], STORED)
            values = {"stored_ms": seconds * 1000, "stored_mib": many - few}
            series[peer.name].rounds.append(Round(values))
    return series


def _start_with(stage, peer, certificates, count):
    """Seconds to an answer as the last of them, and MiB half a second later."""
    storage = stage.folder / f"{peer.name}-storage"
    shutil.rmtree(storage / "acme", ignore_errors=True)
    storage.mkdir(mode=0o700, exist_ok=True)
    shutil.copytree(certificates, storage / "acme")
    hosts = ", ".join(f"site-{number}.many.example" for number in range(count))
    running = stage.start(peer, more={"routes": f"\n  many: {{host: [{hosts}], respond: 204}}", "acme": ACME})
    try:
        seconds = running.await_named(f"site-{count - 1}.many.example")
        time.sleep(REST_SECONDS)
        return seconds, proc.resident_bytes(running.pid) / proc.MIB
    finally:
        running.stop()
        shutil.rmtree(storage / "acme", ignore_errors=True)


def _all_held(stage, rest_seconds, *kinds):
    series = {}
    for peer in stage.plan.peers:
        stage.progress.now(f"{stage.plan.idle_connections:,} idle connections: {peer.name}")
        found = {kind: _held(stage, peer, kind, rest_seconds) for kind in kinds}
        values = {f"{kind}_kib": value for kind, (value, _) in found.items()}
        problem = next((problem for _, problem in found.values() if problem), "")
        series[peer.name] = Series([Round(values, problem=problem)])
    return series


def _connections(stage, kind):
    """As many as the plan asks for, or as a process may have files: a WebSocket takes two of the peer."""
    asked = stage.plan.idle_connections
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most == resource.RLIM_INFINITY:
        return asked
    able = max(1, (most - SPARE_FILES) // (2 if kind == "ws" else 1))
    if asked > able:
        note = f"{kind}: {able:,} connections, for a process may have {most:,} files (asked: {asked:,})"
        if note not in stage.notes:
            stage.notes.append(note)
            stage.progress.say(note)
    return min(asked, able)


def _held(stage, peer, kind, rest_seconds):
    """KiB per connection on a fresh process, and what went wrong if anything did."""
    running = stage.start(peer)
    running.await_https()
    time.sleep(rest_seconds)
    rest = proc.resident_bytes(running.pid)
    port = running.address.secure if kind in ("tls", "h2") else running.address.plain
    connections = _connections(stage, kind)
    holder = stage.keeper.start(
        [str(stage.tools.program("idle")), str(port), str(connections), kind],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    first = holder.stdout.readline()
    if '"held"' not in first:
        stage.keeper.stop(holder)
        running.stop()
        return None, f"{kind}: {first.strip()} (expected: {connections} connections held)"
    time.sleep(rest_seconds)
    held = proc.resident_bytes(running.pid)
    rest_of_output, _ = holder.communicate(timeout=30)
    stage.keeper.release(holder)
    running.stop()
    closed = generators.last_json(rest_of_output)["closed"]
    problem = f"{kind}: {closed} connections closed by the server (expected: 0)" if closed else ""
    return (held - rest) / connections / KIB, problem


def cold(stage):
    """The open loop from the first answer on, proxy and origin on one core."""
    series = {peer.name: Series() for peer in stage.plan.peers}
    for _ in range(stage.plan.cold_rounds):
        for peer in stage.plan.peers:
            stage.progress.now(f"first {stage.plan.cold_seconds} s after start: {peer.name}")
            running = stage.start(peer)
            running.await_https()
            running.pin(stage.cores.proxy_only)
            series[peer.name].rounds.append(open_loop_round(stage, running, stage.plan.cold_seconds))
            running.stop()
    return series
