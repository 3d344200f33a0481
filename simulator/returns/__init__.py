"""Monthly returns of the simulated world, one file an area: RETURNS names each feed and what it tells."""
