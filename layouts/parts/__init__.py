"""Parts that screens share: cards, tables, links, the shell around a page."""
