"""What pages and the API ask: one typed ask a file, with how it is read from stores and live state."""
