"""How the processes of the writing side run: under a lease, together, until told to stop."""
