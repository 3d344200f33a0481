"""Pure functions from values to Dash components: one file a screen, what screens are made of in folders beside them."""
