"""What a person sees while a run goes on, and how much of its time is left."""

import sys
import time


class Progress:
    """One line that is written over on a terminal; only finished things elsewhere."""

    def __init__(self, expected, budget, out=sys.stdout):
        self._begun = time.monotonic()
        self._expected = expected
        self._budget = budget
        self._out = out
        self._live = out.isatty()

    @property
    def colours(self):
        return self._live

    @property
    def elapsed(self):
        return time.monotonic() - self._begun

    def allows(self, seconds):
        """True when that much time is left of the budget."""
        return self.elapsed + seconds <= self._budget

    def now(self, text):
        if self._live:
            self._out.write(f"\r\033[K{self._clock()} {text}")
            self._out.flush()

    def say(self, text):
        if self._live:
            self._out.write("\r\033[K")
        self._out.write(f"{self._clock()} {text}\n")
        self._out.flush()

    def show(self, block):
        if self._live:
            self._out.write("\r\033[K")
        self._out.write(f"{block}\n")
        self._out.flush()

    def _clock(self):
        return f"[{self.elapsed:4.0f} s of about {self._expected:.0f} s]"
