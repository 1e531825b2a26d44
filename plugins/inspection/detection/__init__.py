"""Zones in, marks and hits out: what a file is held to be, with everything found masked at birth."""
