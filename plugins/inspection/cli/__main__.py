"""`python -m inspection.cli`: the same as the command `inspection`."""

from inspection.cli import main

main()
