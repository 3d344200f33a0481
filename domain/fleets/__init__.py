"""Words of vehicles: fleets, trackers, their days, drivers."""
