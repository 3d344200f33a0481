"""From newest values to results: formulas, windows, the engine, the status machine, composites. Pure: no I/O."""
