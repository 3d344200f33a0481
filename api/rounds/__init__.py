"""Routes of waste collection: plan, runs, tracks, drivers."""
