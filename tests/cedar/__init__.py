"""The policy on people three times: compiled SQL of the product, plain Python and Cedar text, the last two by hand from GOVERNANCE.md."""
