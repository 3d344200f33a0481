"""Parts of the waste page: the day, a run, a vehicle's day, drivers."""
