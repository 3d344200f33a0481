"""What the mission names: thirty-five indicators, their published figures, and who answers for them."""
