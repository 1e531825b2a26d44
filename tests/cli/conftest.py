"""The office around New Year, for the verbs of the Spring-Festival work."""

from spring.window_office import new_year

__all__ = ["new_year"]
