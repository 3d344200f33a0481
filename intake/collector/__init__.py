"""From raw streams to SQL: one transaction a batch, exactly once."""
