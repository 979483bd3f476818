"""Collapsed stacks of a profiler, grouped by what the time was spent on. Pure."""

import re
from collections import Counter
from dataclasses import dataclass, field

# The first pattern that fits the innermost frame that fits any names the group. Frames of the JDK fit none: their
# time belongs to whoever called them.
GROUPS = (
    ("TLS", re.compile(r"tcnative|io/netty/handler/ssl/|^(SSL|ssl|tls1?3?|EVP|CRYPTO|aes|gcm|x25519)_|^sha\d+_block|bssl::|boringssl")),
    ("head parsing", re.compile(r"dev/sallyport/core/http/")),
    ("access log", re.compile(r"dev/sallyport/core/observe/")),
    ("our logic", re.compile(r"dev/sallyport/|io/github/bucket4j/")),
    ("Netty buffers", re.compile(r"io/netty/buffer/|io/netty/util/Recycler")),
    ("Netty codecs", re.compile(r"io/netty/handler/codec/")),
    ("Netty channel and loop", re.compile(r"io/netty/|netty_(epoll|io_uring|unix)")),
)
JVM = re.compile(r"^(CompileBroker|WorkerThread|VMThread|GCTaskThread|WatcherThread|Compile::|C2Compiler|Compiler::)")
KERNEL = "kernel"
OTHER = "JVM and other"
_TYPE = re.compile(r"_\[[0-9a-z]+\]$")
_SYSCALL = re.compile(r"^__(?:x64|arm64|se|do)_sys_(\w+?)_\[k\]$")


@dataclass
class Group:
    """Samples of one kind, and the frames or system calls in which they were taken."""

    samples: int = 0
    frames: Counter = field(default_factory=Counter)


def plain(frame):
    """A frame without the mark of how it ran."""
    return _TYPE.sub("", frame)


def group_of(frames):
    """Name of the group, and the frame to show for it."""
    leaf = frames[-1]
    if leaf.endswith("_[k]"):
        calls = [match[1] for frame in frames if (match := _SYSCALL.match(frame))]
        return KERNEL, (f"{calls[-1]}()" if calls else plain(leaf))
    if any(JVM.match(frame) for frame in frames):
        return OTHER, plain(next(frame for frame in reversed(frames) if JVM.match(frame)))
    for frame in reversed(frames):
        for name, pattern in GROUPS:
            if pattern.search(frame):
                return name, plain(frame)
    return OTHER, plain(leaf)


def grouped(text):
    """Groups of collapsed stacks, one "frame;frame;frame count" a line; the largest first."""
    groups = {}
    for line in text.splitlines():
        stack, _, count = line.rpartition(" ")
        if not stack:
            continue
        name, frame = group_of(stack.split(";"))
        group = groups.setdefault(name, Group())
        group.samples += int(count)
        group.frames[frame] += int(count)
    return dict(sorted(groups.items(), key=lambda item: -item[1].samples))


def summary(groups, frames):
    """Lines for a person."""
    total = sum(group.samples for group in groups.values())
    lines = [f"{total:,} samples"]
    for name, group in groups.items():
        lines.append(f"{group.samples / total:7.1%}  {name}")
        lines += [f"{count / total:15.1%}  {frame}" for frame, count in group.frames.most_common(frames)]
    return "\n".join(lines)
