"""From an .osm.pbf to streets, water and a street graph."""
