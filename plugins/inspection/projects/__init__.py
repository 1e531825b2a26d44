"""專案機密維護 (seed 000 art. 6): opened under a neutral code name, kept among few, reviewed when it ends."""
