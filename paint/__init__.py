"""From Dash components to the HTML of a page's first response: pure, and one renderer for every screen."""
