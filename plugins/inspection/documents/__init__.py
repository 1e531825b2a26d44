"""Word in and out: templates filled, forms read, documents converted, numbered and protected."""
