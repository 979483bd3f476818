"""The one error the benchmark shows as a line instead of a stack trace."""


class Failure(Exception):
    """Says the value and the expectation."""
