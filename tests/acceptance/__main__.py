"""`python -m tests.acceptance [03 21 ...]`: all checks, or those whose names begin so."""

import sys

from tests.acceptance import frame

sys.exit(frame.main(sys.argv[1:]))
