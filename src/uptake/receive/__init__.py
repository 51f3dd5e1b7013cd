"""A telemetry body -> allow-listed rows -> the spool, forced to disk. Knows sources and the spool, no database."""
