"""The demo agency and a whole campaign of it, played through real services."""
