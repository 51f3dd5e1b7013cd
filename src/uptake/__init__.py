"""Vendor telemetry in; a fair, re-derivable picture of AI adoption out."""

__version__ = "0.1.0"
