"""What is known, as data: items, detectors, marks, bases, ladder; loaded, checked and versioned."""
