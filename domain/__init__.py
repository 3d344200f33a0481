"""The shared words of the house: values every room speaks in, standard library only."""
