"""With `snapshot.py` the only code that knows an engine: connect, tables, load, refill, digest."""
