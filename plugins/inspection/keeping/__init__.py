"""Keeping the installation: backup sets, their restoring, and the file the keys lie in apart from them."""
