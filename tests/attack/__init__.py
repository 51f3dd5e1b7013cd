"""Attacks on the ingest, the labels and the command line: small forms here, larger ones under tests/acceptance."""
