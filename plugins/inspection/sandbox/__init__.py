"""Worker processes with limits, in which untrusted bytes are read."""
