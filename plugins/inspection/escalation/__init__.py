"""Reminders and the ladder: never silent, never twice, never by machine above the ethics office."""
