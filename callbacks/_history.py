"""The cookie by which a browser says when it was last here."""

# What the browser remembers of its last visit (assets/29-last-visit.js), epoch ms; queries/changes.py reads it.
LAST_VISIT = "ioc-last-visit"
