"""Charts: one view-model for the drawing in the first response, for the interactive figure and for the table."""
