"""Stores who may sign in and which screens were let in."""
