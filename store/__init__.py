"""Persistence: SQL history and Valkey live state; the only package that uses either server."""
