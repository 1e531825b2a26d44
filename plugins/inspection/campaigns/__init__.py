"""A campaign as a whole: opened, shown, and followed to its end."""
