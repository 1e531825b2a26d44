"""The office of the project tests."""

from __future__ import annotations

from projects.project_office import office

__all__ = ["office"]
