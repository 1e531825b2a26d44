"""The office around New Year, for every test of this room."""

from spring.window_office import new_year

__all__ = ["new_year"]
