"""Trains the model of the second reading: `make train`."""
