"""The installation at work: letters that reached nobody and runs that failed, told to whoever keeps it running."""
