"""View-models, formats and map drawings, shared by pages, live channel and API; no Dash here."""
