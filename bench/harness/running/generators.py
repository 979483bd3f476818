"""Load generators: the command that makes the load, and how its output is read and checked."""

import json
import os
import re
import subprocess
import threading
from dataclasses import dataclass

from ..failure import Failure

MOST_HEAD_BYTES = 2048


@dataclass(frozen=True)
class Outcome:
    """What a generator saw."""

    requests: int
    seconds: float
    errors: int = 0
    body_bytes: int = 0
    measured: dict = None
    cpu_seconds: float = 0.0
    problem: str = ""

    def values(self):
        """Metrics that the generator alone knows."""
        values = {"rate": self.requests / self.seconds}
        if self.body_bytes:
            values["mb_s"] = self.requests * self.body_bytes / self.seconds / 1e6
        return values | (self.measured or {})


def last_json(text):
    """The last line that is an object; generators may print other lines before it."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    raise Failure(f"generator printed: {text.strip()[-300:]!r} (expected: a line of JSON)")


def latencies(report):
    names = {"p50_us": "p50_ms", "p90_us": "p90_ms", "p99_us": "p99_ms", "p999_us": "p999_ms",
             "p9999_us": "p9999_ms", "max_us": "max_ms"}
    return {name: report[key] / 1000 for key, name in names.items() if key in report}


@dataclass(frozen=True)
class Wrk:
    """A closed loop of wrk: every connection asks again as soon as it is answered."""

    scheme: str
    path: str
    connections: int
    response_bytes: int
    upload_bytes: int = 0

    def command(self, tools, address, seconds):
        command = ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", "10s",
                   "-s", str(tools.report_script), address.url(self.scheme, self.path)]
        return command + (["--", "POST", str(self.upload_bytes)] if self.upload_bytes else [])

    def outcome(self, text):
        report = last_json(text)
        requests = report["requests"]
        least = requests * self.response_bytes
        most = (requests + self.connections) * (self.response_bytes + MOST_HEAD_BYTES)
        sized = least <= report["bytes"] <= most
        return Outcome(
            requests, report["seconds"], report["errors"], self.upload_bytes or self.response_bytes, latencies(report),
            problem="" if sized else f"bytes: {report['bytes']} for {requests} responses (expected: {least}..{most})",
        )


@dataclass(frozen=True)
class Handshakes:
    """A new connection and a full handshake for every request."""

    connections: int

    def command(self, tools, address, seconds):
        return [str(tools.program("tlshs")), str(address.secure), str(self.connections), str(seconds)]

    def outcome(self, text):
        report = last_json(text)
        problem = f"resumed handshakes: {report['reused']} (expected: 0)" if report["reused"] else ""
        return Outcome(report["requests"], report["seconds"], report["errors"], 0, latencies(report), problem=problem)


@dataclass(frozen=True)
class H2load:
    """HTTP/2 over TLS with many streams."""

    path: str
    connections: int
    streams: int
    response_bytes: int

    def command(self, tools, address, seconds):
        return ["h2load", "-t1", f"-c{self.connections}", f"-m{self.streams}", f"-D{seconds}",
                address.url("https", self.path)]

    def outcome(self, text):
        counts = re.search(r"requests: .*?(\d+) succeeded, (\d+) failed, (\d+) errored", text)
        good = re.search(r"status codes: (\d+) 2xx", text)
        spent = re.search(r"finished in ([\d.]+)(us|ms|s|m)\b", text)
        data = re.search(r"\((\d+)\) data", text)
        protocol = re.search(r"Application protocol: (\S+)", text)
        if not (counts and good and spent and data and protocol):
            raise Failure(f"h2load printed: {text.strip()[-300:]!r} (expected: its summary)")
        seconds = float(spent[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[spent[2]]
        succeeded, failed, errored = (int(count) for count in counts.groups())
        problem = ""
        if protocol[1] != "h2":
            problem = f"protocol: {protocol[1]} (expected: h2)"
        elif int(data[1]) < succeeded * self.response_bytes:
            problem = f"data: {data[1]} bytes (expected: at least {succeeded * self.response_bytes})"
        return Outcome(succeeded, seconds, max(failed + errored, succeeded - int(good[1])), problem=problem)


@dataclass(frozen=True)
class OpenLoop:
    """A fixed rate; latency from the moment a request was due."""

    rate: int
    connections: int = 64

    def command(self, tools, address, seconds):
        return [str(tools.program("olg")), str(address.plain), str(self.rate), str(seconds), str(self.connections)]

    def outcome(self, text):
        report = last_json(text)
        problem = f"unanswered: {report['unanswered']} of {self.rate}/s (expected: 0)" if report["unanswered"] else ""
        values = latencies(report) | {"stalls": report["stalls"]}
        return Outcome(report["requests"], report["seconds"], report["errors"], 0, values, problem=problem)


def run(keeper, generator, tools, address, seconds, cores):
    """One run of a generator on the cores; its own CPU time is part of the outcome."""
    process = keeper.start(
        generator.command(tools, address, seconds), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )
    os.sched_setaffinity(process.pid, cores)
    overdue = threading.Timer(seconds + 30, process.kill)
    overdue.start()
    try:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        overdue.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    keeper.release(process)
    cpu = usage.ru_utime + usage.ru_stime
    if process.returncode != 0:
        return Outcome(0, seconds, 0, problem=f"generator ended with {process.returncode}: {text.strip()[-200:]}",
                       cpu_seconds=cpu)
    outcome = generator.outcome(text)
    problem = outcome.problem or ("" if outcome.requests else "no request was answered")
    return Outcome(outcome.requests, outcome.seconds, outcome.errors, outcome.body_bytes, outcome.measured, cpu, problem)
