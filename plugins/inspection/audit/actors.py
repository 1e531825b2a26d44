"""Who acted, as events name them: a person of the roster by id, or the program that acted by itself, by its name."""

from __future__ import annotations

from inspection.model.audit import ACTOR_LENGTH

DAG, COMMAND, PORTAL = "dag", "command", "portal"
PART = "program"  # a part of the program that more than one kind of door sets to work


def program(kind: str, name: str) -> str:
    """The actor of what runs without a person: `kind` is one of the four above, `name` that of DAG, verb or part."""
    return f"{kind}:{name}"[:ACTOR_LENGTH]
