"""Queries behind the group figures: counts per cell, before anything is bounded. Rows that leave here are not yet released."""
