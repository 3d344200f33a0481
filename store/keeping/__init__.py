"""How long things are kept: archive of raw messages, retention, roll-ups."""
