"""The command line: the same verbs as the DAGs. Exit 0 done, 1 a person is needed, 2 bad input, 3 unavailable."""

from inspection.cli.entry import main

__all__ = ["main"]
