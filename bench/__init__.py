"""Every number the documents claim, measured on the machine at hand and printed with its name."""
