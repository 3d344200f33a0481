"""Who acts in the centre, and what each part of it requires."""
