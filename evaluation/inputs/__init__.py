"""What KPIs are evaluated from, one module a kind of reporter."""
