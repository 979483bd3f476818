"""A run written down: text for the terminal, Markdown, JSON."""

import json
from dataclasses import dataclass

from .. import goals
from .. import plan as plans
from ..plan import Plan
from . import tables

LEGEND = (
    "Each set is interleaved (A, B, C, A, B, C) on one core; a ratio is taken round by round, so it is the result, "
    "while absolute figures belong to this machine on this day. CPU time is user and system time of the peer's "
    "process tree per completed request. In a closed loop on one core latencies are queueing times, comparable with "
    "each other only; the open loop has a core of its own and measures from the moment a request was due. Bold: the "
    "edge is ahead or level."
)


@dataclass
class Results:
    """Everything a run found: facts of the machine, versions of the peers, sets by key, and what must be said."""

    facts: dict
    versions: dict
    plan: Plan
    sets: dict
    notes: list

    @property
    def reached(self):
        return goals.judge(self.sets, self.plan.peers)


def section_text(key, series, peers, colours):
    """One finished set for the terminal."""
    blocks = [f"\n{key}: {plans.title(key)}", tables.figures(key, series).as_text()]
    compared = tables.ratios(key, series, peers)
    if compared:
        blocks.append(compared.as_text(colours))
    blocks += [f"  ! {line}" for line in tables.remarks(key, series)]
    return "\n".join(blocks)


def markdown(results, pictures):
    """The whole run as a page; pictures are pairs of file name and description."""
    plan = results.plan
    lines = ["# Benchmark", "", LEGEND, "", "How it is done: [bench/README.md](../bench/README.md).", ""]
    if results.reached:
        lines += ["## Goals", "", tables.goals(results.reached).as_markdown(), ""]
    lines += [f"![{alt}]({name})\n" for name, alt in pictures]
    for key, series in results.sets.items():
        lines += [f"## {plans.title(key)} (`{key}`)", "", tables.figures(key, series).as_markdown(), ""]
        compared = tables.ratios(key, series, plan.peers)
        if compared:
            lines += [compared.as_markdown(), ""]
        lines += [f"* {line}" for line in tables.remarks(key, series)]
        lines.append("")
    if results.notes:
        lines += ["## Notes", "", *[f"* {note}" for note in results.notes], ""]
    lines += ["## Where and with what", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in (results.facts | results.versions).items()]
    lines.append(f"| rounds | {plan.rounds} x {plan.seconds} s a peer and workload |")
    return "\n".join(lines) + "\n"


def as_json(results):
    """The whole run, every round of it."""
    return json.dumps(
        {
            "environment": results.facts,
            "versions": results.versions,
            "rounds": results.plan.rounds,
            "seconds": results.plan.seconds,
            "sets": {
                key: {
                    "title": plans.title(key),
                    "peers": {name: _series(key, each) for name, each in series.items()},
                    "ratios": _ratios(key, series, results.plan.peers),
                    "remarks": tables.remarks(key, series),
                }
                for key, series in results.sets.items()
            },
            "goals": [
                {"section": each.goal.section, "metric": each.goal.metric, "edge": each.edge, "peer": each.goal.peer,
                 "most": each.goal.most, "found": each.value, "verdict": each.verdict}
                for each in results.reached
            ],
            "notes": results.notes,
        },
        indent=2,
    ) + "\n"


def _series(key, series):
    return {
        "rounds": [{"values": round_.values, "foreign": round(round_.foreign, 4), "errors": round_.errors,
                    "problem": round_.problem, "counts": i in series.quiet and not series.refused}
                   for i, round_ in enumerate(series.rounds)],
        "median": {name: span.middle for name in plans.metrics(key) if (span := series.span(name))},
    }


def _ratios(key, series, peers):
    found = {}
    for subject, references in tables.pairs(peers).items():
        for reference in references:
            if subject in series and reference in series:
                found[f"{subject}/{reference}"] = {
                    name: {"least": span.least, "median": span.middle, "most": span.most}
                    for name in plans.metrics(key)
                    if (span := tables.ratio(series[subject], series[reference], name))
                }
    return found
