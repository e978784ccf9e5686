"""All checks, in the order in which they are told."""

from tests.reading import acts, advice, claims, comparing, lengths, times
from tests.reading.checking import CHECKS, Check

MODULES = (claims, acts, advice, times, lengths, comparing)
"""Where the checks stand: importing a module enters its checks."""

__all__ = ["CHECKS", "MODULES", "Check"]
