"""The table of workloads. A new one is one row here."""

from dataclasses import dataclass

from .running import generators

LATENCIES = ("p50_ms", "p99_ms", "p999_ms")
REQUESTS = ("cpu_us", "rate", *LATENCIES)
BODIES = ("cpu_us", "mb_s", *LATENCIES)
HANDSHAKES = ("cpu_us", "handshakes_cpu_s", *LATENCIES)
MIB = 1024 * 1024


@dataclass(frozen=True)
class Workload:
    """One kind of traffic; the first metric is the one that judges."""

    key: str
    title: str
    generator: object
    metrics: tuple
    warm_seconds: int
    large: bool = False
    protocol: str = "http/1.1"
    chosen: bool = True


WORKLOADS = {
    workload.key: workload
    for workload in (
        Workload("a", "HTTP/1.1, 128 B, 64 connections", generators.Wrk("http", "/s", 64, 128), REQUESTS, 8),
        Workload("a1", "HTTP/1.1, 128 B, 1 connection", generators.Wrk("http", "/s", 1, 128), REQUESTS, 2),
        Workload("b", "HTTP/1.1 over TLS, 128 B, 64 connections", generators.Wrk("https", "/s", 64, 128), REQUESTS, 4),
        Workload("c", "full TLS 1.3 handshake + 1 request", generators.Handshakes(32), HANDSHAKES, 4),
        Workload("m", "10 KiB bodies, 64 connections", generators.Wrk("http", "/m", 64, 10240), BODIES, 2),
        Workload("e1", "1 MiB bodies, 8 connections", generators.Wrk("http", "/l", 8, MIB), BODIES, 2, large=True),
        Workload("e2", "1 MiB bodies over TLS", generators.Wrk("https", "/l", 8, MIB), BODIES, 3, large=True),
        Workload("up", "1 MiB uploads, 8 connections", generators.Wrk("http", "/u", 8, 128, MIB), BODIES, 2, large=True),
        Workload(
            "d", "HTTP/2, 16 connections x 32 streams", generators.H2load("/s", 16, 32, 128), ("cpu_us", "rate"), 14,
            protocol="h2", chosen=False,
        ),
        Workload(
            "d100", "HTTP/2, 4 connections x 100 streams", generators.H2load("/s", 4, 100, 128), ("cpu_us", "rate"), 8,
            protocol="h2", chosen=False,
        ),
    )
}
