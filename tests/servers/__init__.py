"""Real servers started by tests and by the demo."""
