"""Statistics over rounds: which rounds count, how far they lie apart, and ratios inside one interleaved set. Pure."""

from dataclasses import dataclass, field
from statistics import median

FOREIGN_LIMIT = 0.12
SPREAD_LIMIT = 0.15
FEWEST_ROUNDS = 2
WARM_AGREEMENT = 0.05


@dataclass
class Round:
    """What one peer did in one round."""

    values: dict
    foreign: float = 0.0
    errors: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Span:
    """Least, middle and greatest of some rounds."""

    least: float
    middle: float
    most: float

    @staticmethod
    def of(values):
        values = [value for value in values if value is not None]
        return Span(min(values), median(values), max(values)) if values else None

    @property
    def spread(self):
        return (self.most - self.least) / self.middle if self.middle else 0.0


@dataclass
class Series:
    """The rounds of one peer in one set, in order."""

    rounds: list = field(default_factory=list)

    @property
    def errors(self):
        return sum(round_.errors for round_ in self.rounds)

    @property
    def problems(self):
        return [round_.problem for round_ in self.rounds if round_.problem]

    @property
    def refused(self):
        """A set with any error has no figures."""
        return not self.rounds or self.errors > 0 or bool(self.problems)

    @property
    def quiet(self):
        """Indexes of the rounds that count; all of them when too few were undisturbed."""
        clean = [i for i, round_ in enumerate(self.rounds) if round_.foreign < FOREIGN_LIMIT]
        return clean if len(clean) >= min(FEWEST_ROUNDS, len(self.rounds)) else list(range(len(self.rounds)))

    @property
    def dropped(self):
        return len(self.rounds) - len(self.quiet)

    @property
    def disturbed(self):
        """True when rounds count although other processes took a good part of the core."""
        return any(self.rounds[i].foreign >= FOREIGN_LIMIT for i in self.quiet)

    def span(self, metric):
        if self.refused:
            return None
        return Span.of(self.rounds[i].values.get(metric) for i in self.quiet)


def ratio(subject, reference, metric):
    """Span of subject/reference, round by round; only rounds that count for both."""
    if subject.refused or reference.refused:
        return None
    shared = sorted(set(subject.quiet) & set(reference.quiet))
    if len(shared) < min(FEWEST_ROUNDS, len(subject.rounds), len(reference.rounds)):
        shared = range(min(len(subject.rounds), len(reference.rounds)))
    pairs = [(subject.rounds[i].values.get(metric), reference.rounds[i].values.get(metric)) for i in shared]
    return Span.of(a / b for a, b in pairs if a is not None and b)


def is_warm(costs):
    """Two consecutive rounds agree."""
    if len(costs) < 2 or not min(costs[-2:]):
        return False
    before, last = costs[-2:]
    return abs(last - before) / before <= WARM_AGREEMENT
