"""Judges a service day of waste collection. Pure: uses no store and no screen."""
