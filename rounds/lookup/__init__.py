"""When the truck comes to a street: what residents look up."""
