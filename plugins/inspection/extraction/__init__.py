"""Bytes in, zones of text out: one file per format, pure, without network or database."""
