"""The roster in the database: compared with a file, and brought up to it."""
