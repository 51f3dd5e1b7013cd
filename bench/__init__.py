"""Timed figures of this machine: `python -m bench`. Figures of both sides of a ratio come from one run on the same data."""
