"""Lists people keep in workbooks: read with the line each row stands on, and written as forms to fill in."""
