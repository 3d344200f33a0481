"""Pure functions from values to Dash components: one file a screen, helpers with a leading underscore."""
