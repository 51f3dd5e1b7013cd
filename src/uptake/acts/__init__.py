"""What people may change. Each act checks, writes and audits in one transaction: all of it happens, or nothing.

An act that is not permitted raises NotPermitted in the words of every refusal, and leaves no trace but the audit record where one is due.
"""

from uptake.state import Act

__all__ = ["Act"]
