"""Persistence: SQL history and Valkey live state; the only room that knows either server."""
