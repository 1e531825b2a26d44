"""`python -m inspection.cli`: the same as the command `inspection`."""

from inspection.cli.main import main

main()
