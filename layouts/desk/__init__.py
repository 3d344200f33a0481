"""Parts of /data: imports, corrections, what is fetched, what is kept."""
