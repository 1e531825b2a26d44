"""保密宣導: sessions held and those who handle secrets, entered, imported, and weighed by half-year."""
