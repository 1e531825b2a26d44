"""Situation assessment, plan, inspector groups, and the decision on the plan (seed 000 art. 7)."""
