"""Decisions of named people, bound to the hash of what they decided (seed 000 art. 7; officer review A3-A5)."""
