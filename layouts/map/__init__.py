"""The map on a page: controls, legends and the card of a place."""
