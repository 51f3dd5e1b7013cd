"""Why a person has a segment or none, and why use is not observed: one word an idea, the same on pages, in files and in checks."""

from __future__ import annotations

REASONS = {
    "seat_never_used": "seat never used", "zero_again": "seat unused for two quarters", "used_before": "used before and stopped",
    "lapsed": "used before and stopped", "no_seat": "no seat", "on_leave": "on leave", "not_observed": "not observed",
    "vendor_gap": "the vendor gave no complete data", "no_witness": "no proof of use or of zero",
    "identity_not_matched": "no account could be matched", "client_never_reports": "the client never reports",
    "client_too_old": "the client is too old to report", "telemetry_off": "telemetry is off: the vendor saw later use",
    "use_without_days": "use is known that no day shows", "absence_unread": "an absence whose days cannot be read",
    "account_of_nobody": "accounts that belong to nobody",
    "seat_without_account": "people with a seat and no known account",
    "too_early": "too early in the quarter", "few_days": "too few working days", "joined": "joined in the quarter",
    "left": "left in the quarter", "new_seat": "seat is new", "seat_ended": "seat ended", "some_use": "some use",
    "above_cut": "high score on most days", "kept_by_memory": "high score, kept from the quarter before", "any": "all reasons",
    "other": "other reasons", "not_engineer": "not an engineer", "legal_profile": "legal entity is not scored",
    "shared_account": "shared account", "not_employed": "not employed", "no_working_day": "no working day",
}  # fmt: skip

REMEDIES = {
    "identity_not_matched": "add the account to the accounts file, or its e-mail or login to the HR file",
    "client_never_reports": "install the client and switch its telemetry on",
    "client_too_old": "update the client to the least version that the vendor names",
    "telemetry_off": "switch telemetry on again",
    "vendor_gap": "fetch or load the days that are missing",
    "no_witness": "load a newer seat list, or see that the client reports",
    "use_without_days": "connect a source that tells days",
    "absence_unread": "mend the line of hr-absences that is in quarantine and load it again",
    "account_of_nobody": "add the account to the accounts file",
    "seat_without_account": "add the account to the accounts file, or the e-mail or login to the HR file",
}
"""What mends it, for each reason why a person is not observed. Of the last two, accounts and seats speak, not segments."""

NOT_OBSERVED = (
    "identity_not_matched", "client_never_reports", "client_too_old", "telemetry_off", "vendor_gap", "no_witness", "use_without_days",
    "absence_unread",
)  # fmt: skip
"""Reasons of the segment `insufficient` that speak of the data and not of the person."""
