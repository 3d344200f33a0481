"""What pages ask of the map: its layers, imports and level."""
