"""Our own CSV files: people, absences, holidays, accounts, seats, incidents, risk tiers, vendor gaps (CONTRACT.md, SOURCES.md section 12)."""

from uptake.model.outcome import Source
from uptake.sources.hr_csv import absences, accounts, calendar, gaps, incidents, people, repositories, seats

SOURCES: tuple[Source, ...] = (
    Source(
        name="hr-people",
        tool=None,
        title="People and their history",
        parse=people.parse,
        whole_file_on_conflict=True,
        holds_people=True,
    ),
    Source(name="hr-absences", tool=None, title="Approved absences", parse=absences.parse),
    Source(name="hr-calendar", tool=None, title="Holidays of the sites", parse=calendar.parse),
    Source(name="accounts", tool=None, title="Explicit map of accounts to people", parse=accounts.parse),
    Source(name="seats", tool=None, title="Seats and prices from our own list", parse=seats.parse),
    Source(
        name="incidents", tool=None, title="Incidents, defects and hotfixes, by ids and days", parse=incidents.parse
    ),
    Source(name="repositories", tool=None, title="Risk tiers of repositories", parse=repositories.parse),
    Source(name="vendor-gaps", tool=None, title="Days on which a vendor did not report a person", parse=gaps.parse),
)
