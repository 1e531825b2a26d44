"""The outbox: what is written to whom, once, and how it leaves the house."""
