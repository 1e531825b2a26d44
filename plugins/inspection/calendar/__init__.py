"""Working days, windows and dates of the Republic: pure arithmetic, no database."""
