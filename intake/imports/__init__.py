"""Files people hand in: maps, plans, registers; read, tried, kept, withdrawn."""
