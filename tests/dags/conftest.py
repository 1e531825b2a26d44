"""The office around New Year, for the runs its window starts."""

from spring.window_office import new_year

__all__ = ["new_year"]
