"""Questions of pages and API: one typed ask per file, with the code that reads its answer from the stores."""
