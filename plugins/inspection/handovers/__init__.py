"""移交: what a leaver holds is listed and moved to whoever may take it; history stays with who did it (A20)."""
