"""The invented company with planted truth, in the vendors' own file formats. Only the command line imports it."""
