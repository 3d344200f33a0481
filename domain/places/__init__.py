"""Words of territory: places, their names and versions, layers of the map."""
