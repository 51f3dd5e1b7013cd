"""Faults of fetching: keys that travel, days that are declared though they did not come, answers that are taken half."""

from __future__ import annotations

from .listed import Mutant

WIRE = "tests/fetch/test_transport.py"
DAYS = "tests/fetch/test_claude_code.py"
GITHUB = "tests/fetch/test_copilot.py"
VENDORS = "tests/fetch/test_vendors.py"
KEYED = "keyed = not ask.signed and self._is_home(url)"

FETCHED = (
    Mutant(
        "a key goes to signed links", "fetch/transport.py", KEYED, "keyed = self._is_home(url)",
        (f"{GITHUB}::test_a_signed_link_goes_without_the_key_and_is_written_down_nowhere",),
    ),
    Mutant(
        "a key goes to other hosts", "fetch/transport.py", KEYED, "keyed = not ask.signed",
        (f"{WIRE}::test_another_host_is_followed_without_the_key",),
    ),
    Mutant(
        "a key in a body follows a move", "fetch/transport.py", "if ask.secret_body and not", "if False and not",
        (f"{WIRE}::test_a_key_in_a_body_goes_to_no_other_host",),
    ),
    Mutant(
        "a day without rows is declared", "jobs/fetching.py",
        "    if not landed.rows:\n        report.empty", "    if False:\n        report.empty",
        (f"{DAYS}::test_a_day_without_rows_is_not_declared_and_is_asked_for_again",),
    ),
    Mutant(
        "what a restated day lacks stays", "jobs/fetching.py", "account, fetcher.complete, None, span", "account, False, None, span",
        (f"{DAYS}::test_a_day_that_is_restated_replaces_what_was_loaded_and_what_it_lacks_is_gone",),
    ),
    Mutant(
        "a row of another day declares that day", "jobs/fetching.py",
        "span = None if fetcher.snapshot else (landed.day, landed.day)", "span = None",
        (f"{DAYS}::test_a_row_of_another_day_declares_nothing_of_that_day",),
    ),
    Mutant(
        "missed days are not caught up", "fetch/landing.py",
        "day > newest - window or day not in days.asked or days.asked[day] < day + window", "day > newest - window",
        (f"{DAYS}::test_an_outage_of_three_days_is_caught_up_by_the_next_run",),
    ),
    Mutant(
        "an empty day is final at once", "fetch/run.py", "landed.day < today - EMPTY_FOR", "landed.day < today",
        (f"{DAYS}::test_a_day_without_rows_is_not_declared_and_is_asked_for_again",),
    ),
    Mutant(
        "a page of nothing ends the day", "fetch/rows.py", "if cursor and found in NOTHING:", "if False:",
        (f"{DAYS}::test_nothing_where_a_page_was_to_follow_is_no_end_of_the_day",),
    ),
    Mutant(
        "pages may go in a circle", "fetch/rows.py", "if following in seen:", "if len(seen) > 50:",
        (f"{DAYS}::test_pages_in_a_circle_load_nothing_of_the_day",),
    ),
    Mutant(
        "a damaged line is left out", "fetch/report_file.py",
        "            if first:\n                return False\n            raise", "            return not first",
        (f"{GITHUB}::test_a_line_that_is_damaged_in_the_middle_is_not_left_out",),
    ),
    Mutant(
        "a short seat list is taken", "fetch/copilot_seats.py",
        "if len(totals) == 1 and _seats(rows) >= min(totals):", "if True:",
        (f"{GITHUB}::test_a_page_of_nothing_in_the_middle_ends_no_list",),
    ),
    Mutant(
        "a wait of nothing hammers", "fetch/waiting.py", "wanted = own + (asked or 0.0)", "wanted = own if asked is None else asked",
        (f"{WIRE}::test_a_storm_without_end_ends_with_patience",),
    ),
    Mutant(
        "unknown texts come to the disk", "fetch/rows.py",
        "kept(inner, known) if key in known else None", "kept(inner, known)",
        (f"{VENDORS}::test_a_text_that_no_reader_knows_never_comes_to_a_disk",),
    ),
    Mutant(
        "one day of Windsurf takes the others away", "fetch/windsurf.py", "complete=False", "complete=True",
        (f"{VENDORS}::test_a_run_of_windsurf_takes_away_no_other_day",),
    ),
)  # fmt: skip
