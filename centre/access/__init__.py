"""The gate of the web side: who asks, and whether what is asked for is for them."""
