"""The map on a page: its controls, legends and the card of a place."""
