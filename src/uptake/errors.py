"""The few kinds of failure a user may meet. Each names its exit code, its HTTP status and what to do next.

Exit codes and their meaning are public: see the reference page on the command line.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_CHECK_FAILED = 1
EXIT_USAGE = 2
EXIT_REFUSED = 3
EXIT_PARTLY = 4
EXIT_NOT_PERMITTED = 5
EXIT_UNREACHABLE = 6
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class UserError(Exception):
    """A failure that is explained in one line: what happened, why, what to do next."""

    exit_code = EXIT_CHECK_FAILED
    http_status = 400

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step

    def __str__(self) -> str:
        text = self.what
        if self.why:
            text += f": {self.why}"
        if self.next_step:
            text += f". {self.next_step}"
        return text


class CheckFailed(UserError):
    """A check that was asked for has failed (exit 1)."""


class NotYet(UserError):
    """Nothing is wrong, and what is asked for has not been made yet: the same request works once it has (exit 1)."""


class WrongUsage(UserError):
    """The command, a setting or an argument is not usable as given (exit 2)."""

    exit_code = EXIT_USAGE
    http_status = 400


class InputRefused(UserError):
    """Nothing could be taken from the input (exit 3)."""

    exit_code = EXIT_REFUSED
    http_status = 422


class NotPermitted(UserError):
    """Policy does not grant this. Absent and forbidden give the same text on purpose (exit 5)."""

    exit_code = EXIT_NOT_PERMITTED
    http_status = 403


class Unreachable(UserError):
    """A vendor or a service of ours cannot be reached (exit 6)."""

    exit_code = EXIT_UNREACHABLE
    http_status = 503
