"""Tables of the centre by family; the migrations create exactly these."""
