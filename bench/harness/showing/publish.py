"""Copies the newest results into the documentation."""

import shutil

from ..failure import Failure
from ..running.tools import RESULTS, ROOT

PAGE = "benchmark.md"


def newest():
    """The folder that was published."""
    folders = sorted(folder for folder in RESULTS.glob("*") if (folder / PAGE).exists())
    if not folders:
        raise Failure(f"{RESULTS}: no results (expected: bench/run has been run)")
    docs = ROOT / "docs"
    docs.mkdir(exist_ok=True)
    for file in (PAGE, "benchmark-cpu.svg", "benchmark-latency.svg"):
        (docs / file).unlink(missing_ok=True)
        if (folders[-1] / file).exists():
            shutil.copyfile(folders[-1] / file, docs / file)
    return folders[-1]
