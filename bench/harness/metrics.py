"""What is measured, how it is named, and which way is better."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    key: str
    label: str
    digits: int
    lower_is_better: bool = True

    def text(self, value):
        if value is None:
            return "-"
        return f"{value:,.{self.digits}f}"


METRICS = {
    metric.key: metric
    for metric in (
        Metric("cpu_us", "CPU µs per request", 1),
        Metric("rate", "requests/s", 0, lower_is_better=False),
        Metric("mb_s", "MB/s", 0, lower_is_better=False),
        Metric("handshakes_cpu_s", "handshakes per CPU second", 0, lower_is_better=False),
        Metric("p50_ms", "p50 ms", 3),
        Metric("p99_ms", "p99 ms", 2),
        Metric("p999_ms", "p99.9 ms", 2),
        Metric("max_ms", "max ms", 2),
        Metric("start_ms", "ms to first HTTPS answer", 0),
        Metric("rest_mib", "MiB at rest", 1),
        Metric("plain_kib", "KiB per idle connection", 2),
        Metric("tls_kib", "KiB per idle TLS connection", 2),
        Metric("h2_kib", "KiB per idle HTTP/2 connection", 2),
        Metric("stored_ms", "ms to an answer with the last certificate", 0),
        Metric("stored_mib", "MiB more than with one", 1),
        Metric("ws_kib", "KiB per idle WebSocket", 2),
    )
}
