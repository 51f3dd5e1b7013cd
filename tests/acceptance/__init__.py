"""Acceptance checks of GOVERNANCE.md section 15: one script each, all by `python -m tests.acceptance`."""
