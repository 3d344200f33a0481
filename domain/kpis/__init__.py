"""Words of KPIs: what one declares, its results, its status, how values changed."""
