"""The command bench/profile: async-profiler on the edge under one workload, after warm-up."""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from . import command, stacks
from .failure import Failure
from .plan import Plan
from .running import machine, peers, proc, tools
from .running.generators import run
from .running.processes import Keeper
from .running.rounds import Peers, Stage
from .showing.progress import Progress
from .workloads import WORKLOADS

PROFILER = "tools.profiler:async-profiler:4.6"
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy"
LIBRARIES = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}
CACHE = tools.RESULTS / ".profiler"


def parser():
    options = argparse.ArgumentParser(
        prog="bench/profile", description="Where the edge spends its CPU under one workload, grouped.")
    options.add_argument("--workload", default="a", choices=WORKLOADS, help="a workload of bench/run (%(default)s)")
    options.add_argument("--transport", default="uring", choices=peers.TRANSPORTS, help="%(default)s")
    options.add_argument("--seconds", type=command.count, default=10, help="profiled time (%(default)s)")
    options.add_argument("--warm-up", type=command.count, default=10, help="seconds before it, at most (%(default)s)")
    options.add_argument("--frames", type=command.count, default=5, help="frames shown a group (%(default)s)")
    options.add_argument("--event", default="cpu", help="of async-profiler: cpu, alloc, wall, lock (%(default)s)")
    options.add_argument("--sallyport", metavar="COMMAND", default=tools.EDGE_COMMAND, help="the edge (%(default)s)")
    return options


def library():
    """Path of the native library, taken from Maven Central once."""
    place = LIBRARIES.get(platform.machine())
    if not place:
        raise Failure(f"machine: {platform.machine()} (expected: {', '.join(LIBRARIES)})")
    target = CACHE / place / "libasyncProfiler.so"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mvn", "-q", "-B", "-ntp", COPY_GOAL, f"-Dartifact={PROFILER}",
                               f"-DoutputDirectory={CACHE}"], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"mvn {COPY_GOAL}: {(done.stdout + done.stderr).strip()[-400:]}")
        with zipfile.ZipFile(next(CACHE.glob("async-profiler-*.jar"))) as jar:
            jar.extract(f"{place}/libasyncProfiler.so", CACHE)
    return target


def jcmd():
    """The JDK's tool that loads an agent into a running JVM."""
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    for home in homes:
        if (home / "bin" / "jcmd").exists():
            return str(home / "bin" / "jcmd")
    found = shutil.which("jcmd")
    if not found:
        raise Failure("jcmd: none (expected: a JDK under JAVA_HOME, /usr/lib/jvm or on the PATH)")
    return found


def jvm_of(root):
    """The process of the tree that is a JVM; the launcher may be a shell."""
    for pid in proc.tree(root):
        if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "java":
            return pid
    raise Failure(f"process {root}: no java in its tree (expected: one)")


def tell(tool, pid, agent, words):
    # Quotes of its own: jcmd would take "event=cpu" for an option of itself.
    done = subprocess.run([tool, str(pid), "JVMTI.agent_load", str(agent), f'"{words}"'], capture_output=True, text=True)
    if done.returncode != 0 or "return code: 0" not in done.stdout:
        raise Failure(f"async-profiler: {(done.stdout + done.stderr).strip()[-400:]}")


def profile(options):
    """Collapsed stacks of the edge under load, on one core."""
    edge = next(peer for peer in peers.edges("edge", options.sallyport)
                if peer.transport == peers.TRANSPORTS[options.transport])
    plan = Plan((edge,), (options.workload,), warm_cap=options.warm_up)
    progress = Progress(options.seconds + options.warm_up + 5, float("inf"), sys.stderr)
    command.require_everything(plan, progress)
    agent, tool = library(), jcmd()
    cores = machine.Cores()
    machine.prepare(cores)
    scratch, keeper = machine.scratch_folder(), Keeper(cores.all)
    try:
        built = tools.Tools(scratch)
        built.build()
        origin = peers.Origin(keeper, built, scratch)
        proc.pin(origin.pid, cores.proxy_only)
        stage = Stage(plan, keeper, built, scratch, origin, tools.make_certificate(scratch), cores, progress)
        living = Peers(stage)
        living.warm()
        workload = WORKLOADS[options.workload]
        running = living.serving(edge, workload)
        pid = jvm_of(running.pid)
        progress.say(f"profiling {edge.name} under {workload.title}")
        collapsed = scratch / "stacks.txt"
        tell(tool, pid, agent, f"start,event={options.event},interval=1ms,ann")
        running.pin(cores.proxy_only)
        outcome = run(keeper, workload.generator, built, running.address, options.seconds, cores.proxy_only)
        tell(tool, pid, agent, f"stop,collapsed,ann,file={collapsed}")
        if outcome.problem or outcome.errors:
            raise Failure(f"load: {outcome.problem or outcome.errors} (expected: no error)")
        return collapsed.read_text()
    finally:
        keeper.stop_all()
        shutil.rmtree(scratch, ignore_errors=True)


def main(arguments):
    options = parser().parse_args(arguments)
    command.end_on_signals()
    command.find_servers()
    try:
        text = profile(options)
        kept = tools.RESULTS / f"profile-{options.workload}-{options.transport}-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        tools.RESULTS.mkdir(exist_ok=True)
        kept.write_text(text)
        print(stacks.summary(stacks.grouped(text), options.frames))
        print(f"collapsed stacks: {kept}")
        return 0
    except Failure as failure:
        print(f"bench/profile: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
