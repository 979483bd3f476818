"""The command bench/run: reads what is wanted, runs it in order, writes it down, leaves nothing behind."""

import argparse
import contextlib
import os
import shutil
import signal
import sys
import time
from dataclasses import replace

from .failure import Failure
from .plan import NAMED_ONLY, SECTIONS, Plan
from .running import fresh, machine, peers, proc, tools
from .running.processes import Keeper
from .running.rounds import Peers, Stage
from .showing import plot, publish, report, tables
from .showing.progress import Progress
from .workloads import WORKLOADS

QUICK = dict(rounds=3, seconds=1, warm_cap=4, open_rounds=1, open_seconds=2, starts=2, budget=88.0)
QUICK_ONLY = ("a", "b", "c", "start", "open")
QUICK_PEERS = ("nginx", "haproxy", "edge-uring")
ALWAYS_NEEDED = ("wrk", "gcc", "openssl", "libc6-dev", "libssl-dev")


def count(text):
    """A whole number from 1 on, for an option."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"\"{text}\" (expected: a whole number from 1 on)")
    return int(text)


def parser():
    """The options; --help is the reference."""
    rows = "\n".join(
        [f"  {w.key:6} {w.title}{'' if w.chosen else ' (only when named)'}" for w in WORKLOADS.values()]
        + [f"  {key:6} {title}" for key, title in SECTIONS.items()]
    )
    options = argparse.ArgumentParser(
        prog="bench/run",
        description="The edge beside nginx, HAProxy and Caddy on the same work: CPU per request, latency, memory, start.",
        epilog=f"what --only may name:\n{rows}\n\nexamples:\n  bench/run --quick\n"
        "  bench/run --only a,b --peers nginx,edge-uring --rounds 5\n"
        "  bench/run --only a --peers before-uring,after-uring --edge before=/old/bin/sallyport --edge after=gateway-core/target/dist/bin/sallyport",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--quick", action="store_true", help="under 90 seconds: fewer workloads, shorter rounds")
    options.add_argument("--only", metavar="A,B", help="workloads and sections, see below")
    options.add_argument("--peers", metavar="A,B", help="nginx, haproxy, caddy, edge-uring, edge-epoll; a prefix will do")
    options.add_argument("--rounds", type=count, metavar="N", help="rounds of each peer and workload")
    options.add_argument("--seconds", type=count, metavar="S", help="length of a round")
    options.add_argument("--warm-up", type=count, metavar="S", help="most seconds of warm-up of each peer and workload")
    options.add_argument("--idle", type=count, metavar="N", help="idle connections to hold")
    options.add_argument("--budget", type=count, metavar="S", help="seconds after which what is left is left out")
    options.add_argument("--sallyport", metavar="COMMAND", default=tools.EDGE_COMMAND, help="the edge (%(default)s)")
    options.add_argument("--edge", action="append", default=[], metavar="NAME=COMMAND",
                         help="instead of --sallyport, and more than once: compare builds of the edge")
    options.add_argument("--keep", action="store_true", help="keep configurations, output and logs of the peers")
    options.add_argument("--publish", action="store_true", help="copy the newest results to docs/ and end")
    return options


def names(text, known, what):
    """The known names that the text means, in their own order; a prefix stands for all it begins."""
    chosen = set()
    for word in text.split(","):
        found = [word] if word in known else [name for name in known if name.startswith(word + "-")]
        if not found:
            raise Failure(f"{what}: \"{word}\" (expected: {', '.join(known)})")
        chosen.update(found)
    return tuple(name for name in known if name in chosen)


def available(options):
    """All peers that could run, by name."""
    builds = [edge.partition("=")[::2] for edge in options.edge] or [("edge", options.sallyport)]
    for name, command in builds:
        if not name or not command:
            raise Failure(f"--edge: \"{name}\" (expected: NAME=COMMAND)")
    found = list(peers.OTHERS)
    for name, command in builds:
        found += peers.edges(name, command)
    return {peer.name: peer for peer in found}


def make_plan(options):
    """The plan the options ask for."""
    known = available(options)
    everything = (*WORKLOADS, *SECTIONS)
    chosen = tuple(key for key in everything
                   if (WORKLOADS[key].chosen if key in WORKLOADS else key not in NAMED_ONLY))
    if options.quick:
        chosen = tuple(key for key in everything if key in QUICK_ONLY)
    only = names(options.only, everything, "--only") if options.only else chosen
    default = tuple(known)
    if options.quick and not options.edge:
        default = QUICK_PEERS
    selected = names(options.peers, tuple(known), "--peers") if options.peers else default
    plan = Plan(tuple(known[name] for name in selected), only)
    if options.quick:
        plan = replace(plan, **QUICK)
    elif options.only or options.peers or options.rounds or options.seconds:
        # A developer who says what to run is not stopped by the clock of the whole.
        plan = replace(plan, budget=float("inf"))
    changes = {"rounds": options.rounds, "open_rounds": options.rounds, "seconds": options.seconds,
               "open_seconds": options.seconds, "warm_cap": options.warm_up, "idle_connections": options.idle,
               "budget": options.budget}
    return replace(plan, **{name: value for name, value in changes.items() if value is not None})


def require_everything(plan, progress):
    needed = [*ALWAYS_NEEDED, *[peer.package for peer in plan.peers if peer.package]]
    if any(workload.protocol == "h2" for workload in plan.workloads):
        needed.append("nghttp2-client")
    tools.require_packages(needed, progress.say)
    for command in {peer.command[:1] for peer in plan.peers if peer.is_edge}:
        tools.require_edge(command, progress.say)


def able(stage):
    """The peers that start and answer here; the others are named. It also brings their files into memory."""
    found = []
    for peer in stage.plan.peers:
        stage.progress.now(f"trying {peer.name}")
        running = stage.start(peer)
        try:
            running.await_https()
            found.append(peer)
        except Failure as failure:
            stage.notes.append(f"left out: {failure}")
            stage.progress.say(stage.notes[-1])
        finally:
            running.stop()
    if not found:
        raise Failure("peers: none that starts (expected: at least one)")
    return tuple(found)


def measure_all(stage, sets):
    """Fills the sets in the order of the plan; shows each as it is finished."""
    plan, progress = stage.plan, stage.progress

    def finished(key, series):
        sets[key] = series
        progress.show(report.section_text(key, series, plan.peers, progress.colours))

    def worth(key, seconds):
        if progress.allows(seconds):
            return True
        stage.notes.append(f"{key}: left out, {seconds:.0f} s more would not fit into {plan.budget:.0f} s")
        progress.say(stage.notes[-1])
        return False

    if plan.needs_long_lived:
        living = Peers(stage)
        living.warm()
        for workload in plan.workloads:
            if worth(workload.key, len(plan.peers) * plan.rounds * (plan.seconds + 0.2)):
                finished(workload.key, living.set(workload))
        if plan.has("open") and has_second_core(stage, "open") and worth("open", plan.cost("open")):
            finished("open", living.open_loop())
        living.stop()
    for key, measured in (("start", fresh.starts), ("cold", fresh.cold), ("idle", fresh.idle), ("held", fresh.held),
                          ("stored", fresh.stored)):
        if not plan.has(key) or (key == "cold" and not has_second_core(stage, key)):
            continue
        if worth(key, plan.cost(key)):
            finished(key, measured(stage))


def has_second_core(stage, key):
    if stage.cores.open_loop is not None:
        return True
    stage.notes.append(f"{key}: left out, cores: 1 (expected: at least 2, one for the generator)")
    return False


def write_down(results, progress):
    """Whatever was measured, in a folder of its own."""
    folder = tools.RESULTS / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True)
    pictures = []
    for name, alt, svg in (
        ("benchmark-cpu.svg", "CPU per request", plot.cpu_plot(results.sets, results.plan.peers)),
        ("benchmark-latency.svg", "latency", plot.latency_plot(results.sets, results.plan.peers)),
    ):
        if svg:
            (folder / name).write_text(svg)
            pictures.append((name, alt))
    (folder / publish.PAGE).write_text(report.markdown(results, pictures))
    (folder / "benchmark.json").write_text(report.as_json(results))
    if results.reached:
        progress.show("\ngoals\n" + tables.goals(results.reached).as_text(progress.colours))
    for note in results.notes:
        progress.show(f"note: {note}")
    progress.say(f"written to {folder}")


def run(plan, keep):
    cores = machine.Cores()
    progress = Progress(plan.expected(), plan.budget)
    require_everything(plan, progress)
    machine.prepare(cores)
    scratch = machine.scratch_folder()
    keeper, sets = Keeper(cores.all), {}
    try:
        facts = machine.environment(cores)
        built = tools.Tools(scratch)
        progress.now("building the generators")
        built.build()
        certificate = tools.make_certificate(scratch)
        versions = {peer.build or peer.name: peer.version() for peer in plan.peers}
        origin = peers.Origin(keeper, built, scratch)
        proc.pin(origin.pid, cores.proxy_only)
        stage = Stage(plan, keeper, built, scratch, origin, certificate, cores, progress)
        progress.say(f"proxy, origin and closed-loop generators on core {cores.proxy}; {facts['CPU']}, {facts['kernel']}")
        stage.plan = replace(plan, peers=able(stage))
        try:
            measure_all(stage, sets)
        except BaseException as error:
            stage.notes.append(f"ended early: {type(error).__name__} {error}".strip())
            raise
        finally:
            keeper.stop_all()
            if sets:
                write_down(report.Results(facts, versions, stage.plan, sets, stage.notes), progress)
    finally:
        keeper.stop_all()
        if keep:
            progress.say(f"kept {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    refused = any(each.refused for series in sets.values() for each in series.values())
    return 1 if refused or len(stage.plan.peers) < len(plan.peers) else 0


def find_servers():
    """Servers lie where the PATH of a person who is not root does not look."""
    os.environ["PATH"] += os.pathsep + os.pathsep.join(("/usr/sbin", "/sbin"))


def end_on_signals():
    """SIGTERM and SIGHUP end the command as Ctrl-C does: by unwinding."""

    def unwind(number, _frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, unwind)
    signal.signal(signal.SIGHUP, unwind)


def main(arguments):
    options = parser().parse_args(arguments)
    end_on_signals()
    find_servers()
    try:
        if options.publish:
            print(f"published {publish.newest()}")
            return 0
        return run(make_plan(options), options.keep)
    except Failure as failure:
        print(f"bench/run: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        with contextlib.suppress(BrokenPipeError):
            print("\nbench/run: interrupted; everything it started has ended", file=sys.stderr)
        return 130
