"""Fetches what others offer, by HTTP and SQL, and keeps it as messages."""
