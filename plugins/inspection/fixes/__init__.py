"""Fixes: opened with working-day deadlines, accepted, claimed, verified by another person, released."""
