"""What callbacks share: a page's data as one answer, and the page drawn for its first response."""
