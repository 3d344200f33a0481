"""Shared by callbacks: loading a page's data, and drawing the page of the first response."""
