"""Reports: compiled and frozen, signed, issued with numbers and readers."""
