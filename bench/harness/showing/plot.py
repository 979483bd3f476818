"""Two pictures of a run as SVG, written by hand: CPU per request against a reference, and open-loop latency."""

import math
from dataclasses import dataclass
from html import escape

from ..figures import ratio
from ..workloads import WORKLOADS

# Legible on light and on dark pages, and apart for the colour-blind (Okabe and Ito).
COLOURS = ("#0072b2", "#56b4e9", "#009e73", "#cc79a7", "#e69f00", "#999999")
INK, GREY, FAINT, PAPER = "#24292f", "#57606a", "#d0d7de", "#ffffff"
WIDTH, LEFT, RIGHT, TOP = 920, 300, 90, 96
BAR, BAR_GAP, GROUP_GAP = 15, 3, 16
PERCENTILES = (("p50_ms", "50 %"), ("p90_ms", "90 %"), ("p99_ms", "99 %"), ("p999_ms", "99.9 %"), ("p9999_ms", "99.99 %"))


@dataclass(frozen=True)
class Bar:
    label: str
    middle: float
    least: float
    most: float


class Drawing:
    """Collects shapes; one look for both pictures."""

    def __init__(self, title, subtitle):
        self._shapes = []
        self.text(24, 36, title, size=20, weight="600")
        self.text(24, 58, subtitle, size=12.5, fill=GREY)

    def text(self, x, y, words, size=12.0, anchor="start", fill=INK, weight="400"):
        self._shapes.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" '
                            f'font-weight="{weight}">{escape(words)}</text>')

    def value(self, x, y, words):
        """A figure that stays legible across a line; the halo is a text of its own, for renderers without paint-order."""
        self._shapes.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" fill="{PAPER}" stroke="{PAPER}" '
                            f'stroke-width="4" stroke-linejoin="round">{escape(words)}</text>')
        self.text(x, y, words, size=11)

    def line(self, x1, y1, x2, y2, stroke=FAINT, width=1.0, dash=""):
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._shapes.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
                            f'stroke-width="{width}"{dashes}/>')

    def bar(self, x, y, width, height, fill, hint):
        self._shapes.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{height}" rx="2.5" '
                            f'fill="{fill}"><title>{escape(hint)}</title></rect>')

    def cut(self, x, y):
        """Marks a bar that is longer than the picture."""
        for shift in (0, 6):
            self.line(x + shift, y + BAR + 1, x + shift + 4, y - 1, PAPER, 2.4)

    def path(self, points, stroke, hint):
        track = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._shapes.append(f'<polyline points="{track}" fill="none" stroke="{stroke}" stroke-width="2.5" '
                            f'stroke-linejoin="round"><title>{escape(hint)}</title></polyline>')
        for x, y in points:
            self._shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{stroke}" stroke="{PAPER}"/>')

    def legend(self, names, colours, y=78):
        x = 24
        for name in names:
            self._shapes.append(f'<rect x="{x}" y="{y - 9}" width="11" height="11" rx="2.5" fill="{colours[name]}"/>')
            self.text(x + 16, y + 1, name)
            x += 34 + 7 * len(name)

    def svg(self, height):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
                f'height="{height:.0f}" font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif">\n'
                f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>\n' + "\n".join(self._shapes) + "\n</svg>\n")


def colours_of(peers):
    """Edges first, so that they have the strong colours."""
    ordered = [peer for peer in peers if peer.is_edge] + [peer for peer in peers if not peer.is_edge]
    return {peer.name: COLOURS[i % len(COLOURS)] for i, peer in enumerate(ordered)}


def cpu_groups(sets, reference):
    """Workload to bars: CPU per request of everybody else, as a ratio to the reference."""
    groups = {}
    for key, series in sets.items():
        if key not in WORKLOADS or reference not in series:
            continue
        bars = []
        for name, each in series.items():
            span = ratio(each, series[reference], "cpu_us")
            if name != reference and span:
                bars.append(Bar(name, span.middle, span.least, span.most))
        if bars:
            groups[key] = bars
    return groups


def cpu_plot(sets, peers):
    """Bars; the reference is the line at 1. None when there is nothing to compare."""
    others = [peer.name for peer in peers if not peer.is_edge]
    reference = others[0] if others else peers[0].name
    groups = cpu_groups(sets, reference)
    if not groups:
        return None
    colours = colours_of(peers)
    order = [name for name in colours if name != reference]
    # A peer four times dearer must not squeeze the others: bars end at the edge and say their value.
    most = min(2.0, max(1.2, max(bar.most for bars in groups.values() for bar in bars) * 1.05))
    scale = (WIDTH - LEFT - RIGHT) / most
    drawing = Drawing(f"CPU per request, {reference} = 1", "shorter is better; the thin line spans least to most of the rounds")
    drawing.legend(order, colours)
    y = TOP + 10
    values = []
    for key, bars in groups.items():
        bars.sort(key=lambda bar: order.index(bar.label))
        mark = " *" if any(each.disturbed for each in sets[key].values()) else ""
        drawing.text(LEFT - 14, y + (BAR + BAR_GAP) * len(bars) / 2 + 3, WORKLOADS[key].title + mark, size=12.5, anchor="end")
        for bar in bars:
            width = min(bar.middle, most) * scale
            hint = f"{bar.label}: {bar.middle:.2f} ({bar.least:.2f} - {bar.most:.2f}) of {reference}"
            drawing.bar(LEFT, y, width, BAR, colours[bar.label], hint)
            if bar.middle > most:
                drawing.cut(LEFT + width - 26, y)
            reach = LEFT + min(bar.most, most) * scale
            if bar.most > bar.least and bar.least < most:
                drawing.line(LEFT + bar.least * scale, y + BAR / 2, reach, y + BAR / 2, INK, 1.2)
            values.append((max(reach, LEFT + width) + 6, y + BAR - 3.5, f"{bar.middle:.2f}"))
            y += BAR + BAR_GAP
        y += GROUP_GAP
    bottom = y - GROUP_GAP + 8
    for step in range(int(most / 0.25) + 1):
        value = step * 0.25
        drawing.text(LEFT + value * scale, bottom + 16, f"{value:g}", size=11, anchor="middle", fill=GREY)
    drawing.line(LEFT, TOP, LEFT, bottom, INK)
    drawing.line(LEFT + scale, TOP, LEFT + scale, bottom, INK, 1.4, "5 4")
    for x, at, words in values:
        drawing.value(x, at, words)
    if any(each.disturbed for key in groups for each in sets[key].values()):
        drawing.text(24, bottom + 40, "* other processes disturbed this set: not a result", size=11, fill=GREY)
    return drawing.svg(bottom + 52)


def latency_plot(sets, peers):
    """Lines over percentiles on a logarithmic scale. None without an open loop."""
    series = {name: each for name, each in sets.get("open", {}).items() if each.span("p50_ms")}
    if not series:
        return None
    colours = colours_of(peers)
    curves = {name: [each.span(key).middle for key, _ in PERCENTILES] for name, each in series.items()}
    low = 10 ** math.floor(math.log10(max(0.001, min(min(curve) for curve in curves.values()))))
    high = 10 ** math.ceil(math.log10(max(max(curve) for curve in curves.values())))
    left, bottom, height = 70, 400, 400 - TOP - 14
    steps = (WIDTH - left - 130) / (len(PERCENTILES) - 1)

    def height_of(value):
        return bottom - height * math.log10(value / low) / max(1.0, math.log10(high / low))

    drawing = Drawing("Latency at 8,000 requests per second", "milliseconds, logarithmic, from the moment a request was due; "
                      "lower is better; medians of the rounds")
    drawing.legend(list(curves), colours)
    value = low
    while value <= high * 1.001:
        drawing.line(left, height_of(value), WIDTH - 100, height_of(value))
        drawing.text(left - 10, height_of(value) + 4, f"{value:g}", size=11, anchor="end", fill=GREY)
        value *= 10
    for i, (_, label) in enumerate(PERCENTILES):
        drawing.text(left + 20 + i * steps, bottom + 22, label, anchor="middle")
    for name, curve in curves.items():
        points = [(left + 20 + i * steps, height_of(max(each, low))) for i, each in enumerate(curve)]
        hint = ", ".join(f"{label} {each:.2f} ms" for (_, label), each in zip(PERCENTILES, curve))
        drawing.path(points, colours[name], f"{name}: {hint}")
    ends = sorted(curves, key=lambda name: height_of(max(curves[name][-1], low)))
    floor = -math.inf
    for name in ends:
        y = max(height_of(max(curves[name][-1], low)) + 4, floor + 14)
        drawing.text(left + 30 + (len(PERCENTILES) - 1) * steps, y, f"{name} {curves[name][-1]:.1f}", size=11)
        floor = y
    return drawing.svg(bottom + 44)
