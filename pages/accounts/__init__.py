"""Pages of people's accounts, written by the server: sign in and out, change the password; they need no script."""
