"""Faults that are planted on purpose: `python -m tests.mutants` plants each in a copy of the tree and names the test that notices."""
