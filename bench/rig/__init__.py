"""What measurements stand on: made-up worlds, loads, machines."""
