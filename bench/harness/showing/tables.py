"""Tables as text for a terminal and as Markdown, and the tables of a run."""

from dataclasses import dataclass, field

from .. import plan as plans
from ..figures import SPREAD_LIMIT, ratio
from ..metrics import METRICS

GREEN, RED, PLAIN = "\033[32m", "\033[31m", "\033[0m"


@dataclass
class Cell:
    """A text, and whether it is good news; None says neither."""

    text: str
    good: object = None


@dataclass
class Table:
    """Rows under a head; the first column is flush left."""

    head: list
    rows: list = field(default_factory=list)

    def add(self, *cells):
        self.rows.append([cell if isinstance(cell, Cell) else Cell(str(cell)) for cell in cells])

    def as_text(self, colours=False):
        lines = [[Cell(text) for text in self.head], *self.rows]
        widths = [max(len(line[column].text) for line in lines) for column in range(len(self.head))]
        return "\n".join(
            "  " + "  ".join(_padded(cell, width, column == 0, colours)
                             for column, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in lines
        )

    def as_markdown(self):
        rule = "|".join(["---", *["---:"] * (len(self.head) - 1)])
        lines = ["| " + " | ".join(self.head) + " |", f"|{rule}|"]
        for row in self.rows:
            lines.append("| " + " | ".join(f"**{cell.text}**" if cell.good else cell.text for cell in row) + " |")
        return "\n".join(lines)


def _padded(cell, width, left, colours):
    text = cell.text.ljust(width) if left else cell.text.rjust(width)
    if not colours or cell.good is None:
        return text
    return f"{GREEN if cell.good else RED}{text}{PLAIN}"


def pairs(peers):
    """Who is compared with whom: each edge with every other product and with the first build on its transport;
    without an edge, everybody with the first."""
    edges = [peer for peer in peers if peer.is_edge]
    others = [peer.name for peer in peers if not peer.is_edge]
    if not edges:
        return {name: others[:1] for name in others[1:]}
    compared = {}
    for edge in edges:
        first = next(peer for peer in edges if peer.transport == edge.transport)
        compared[edge.name] = others + ([first.name] if first.name != edge.name else [])
    return compared


def span_text(span, metric):
    if span is None:
        return "-"
    if span.least == span.most:
        return metric.text(span.middle)
    return f"{metric.text(span.middle)} ({metric.text(span.least)} - {metric.text(span.most)})"


def figures(key, series):
    """One row per metric, one column per peer."""
    table = Table(["median (least - most)", *series])
    for name in plans.metrics(key):
        metric = METRICS[name]
        table.add(metric.label, *[span_text(each.span(name), metric) for each in series.values()])
    return table


def ratios(key, series, peers):
    """One row per metric and compared pair group, one column per reference."""
    compared = {subject: [name for name in names if name in series]
                for subject, names in pairs(peers).items() if subject in series}
    references = list(dict.fromkeys(name for names in compared.values() for name in names))
    if not references:
        return None
    table = Table(["ratio: median (least - most)", *[f"to {name}" for name in references]])
    for subject, names in compared.items():
        for metric in plans.metrics(key):
            cells = [_ratio_cell(series, subject, name, METRICS[metric]) if name in names else Cell("")
                     for name in references]
            table.add(f"{subject}: {METRICS[metric].label}", *cells)
    return table


def _ratio_cell(series, subject, reference, metric):
    span = ratio(series[subject], series[reference], metric.key)
    if span is None:
        return Cell("-")
    text = f"{span.middle:.2f}"
    if span.least != span.most:
        text += f" ({span.least:.2f} - {span.most:.2f})"
    good = span.middle <= 1.0 if metric.lower_is_better else span.middle >= 1.0
    return Cell(text, good)


def remarks(key, series):
    """What a reader must know before believing the figures."""
    lines = []
    judging = plans.metrics(key)[0]
    for name, each in series.items():
        if each.refused:
            why = "; ".join(dict.fromkeys(each.problems)) or f"{each.errors} errors"
            lines.append(f"{name}: refused: {why}")
            continue
        if each.dropped:
            lines.append(f"{name}: {each.dropped} of {len(each.rounds)} rounds dropped, other processes were on the core")
        if each.disturbed:
            worst = max(round_.foreign for round_ in each.rounds)
            lines.append(f"{name}: disturbed: other processes took up to {worst:.0%} of the core; not a result")
        span = each.span(judging)
        if span and span.spread > SPREAD_LIMIT:
            lines.append(f"{name}: unsteady: rounds lie {span.spread:.0%} apart (expected: at most {SPREAD_LIMIT:.0%})")
    return lines


def goals(reached):
    table = Table(["goal", "edge", "bound", "found", "verdict"])
    for each in reached:
        table.add(plans.title(each.goal.section), each.edge, each.bound, each.found,
                  Cell(each.verdict, each.met if each.verdict in ("reached", "missed") else None))
    return table
