"""Readers of messages: the house's JSON, protocol buffers, what every decoder shares."""
