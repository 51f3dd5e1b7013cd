"""The reading layer: bytes of any accepted form in, one raw record at a time out, in bounded memory.

JSON readers use `json_records` and `decode`; CSV readers use `csv_rows`; whoever opens a file uses `open_binary`.
A reader never sees the form of the file: NDJSON, one object, concatenated objects, an array, the vendor's envelope,
or an array or NDJSON of envelopes all give the same `RawRecord`s.
"""

from uptake.sources.reading.decoding import decode, loose_day
from uptake.sources.reading.forms import decoded_records, json_records
from uptake.sources.reading.raw import MAX_RECORD, Broken, Decoded, Envelope, RawRecord
from uptake.sources.reading.streams import open_binary, position
from uptake.sources.reading.table import CsvRow, csv_rows

__all__ = [
    "MAX_RECORD",
    "Broken",
    "CsvRow",
    "Decoded",
    "Envelope",
    "RawRecord",
    "csv_rows",
    "decode",
    "decoded_records",
    "json_records",
    "loose_day",
    "open_binary",
    "position",
]
