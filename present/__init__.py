"""What pages are told, before anything is drawn: the names both sides of the wire use; no Dash here."""
