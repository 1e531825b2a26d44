"""Detection quality on a generated, labelled corpus of office documents."""
