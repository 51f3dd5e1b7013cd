"""Write docs/reference from the code, or with `--check` only compare: `make docs` and `make check`."""

from __future__ import annotations

import argparse
import pathlib
import sys

from uptake import cli, docs_gen

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs" / "reference"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    return docs_gen.write(FOLDER, cli.app, check=check)


if __name__ == "__main__":
    sys.exit(main())
