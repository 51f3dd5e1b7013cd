"""The command line: one short function per command, no logic of its own. Results go to stdout, all else to stderr."""

from __future__ import annotations

import datetime as dt
import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import cyclopts
from cyclopts import Parameter

from uptake import __version__
from uptake.cli import output, progress, receiving
from uptake.cli.alerting import alerts
from uptake.cli.common import STORES, Home, Json, Quiet, is_home, keep_heads, opened, os_user, secret_of
from uptake.cli.doctoring import doctor
from uptake.cli.fetching import fetch
from uptake.cli.homes import config, init, refuse_homes
from uptake.cli.policy import lockdown, policy
from uptake.cli.scoring import rebuild, score
from uptake.cli.tokens import token
from uptake.cli.verify import evidence, verify
from uptake.errors import (
    EXIT_BUG,
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_PARTLY,
    EXIT_REFUSED,
    EXIT_USAGE,
    UserError,
    WrongUsage,
)

if TYPE_CHECKING:
    from uptake.jobs import State
    from uptake.reads import Answer
    from uptake.settings import Settings

app = cyclopts.App(
    name="uptake",
    help="A fair, re-derivable picture of AI adoption.",
    version=__version__,
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
app.command(config)
app.command(fetch)
app.command(score)
app.command(rebuild)
app.command(alerts)
app.command(doctor)
app.command(policy)
app.command(lockdown)
app.command(token)
app.command(verify)
app.command(evidence)
app.command(init)


@app.command
def ingest(
    source: Annotated[str, Parameter(help="Name of the source, such as copilot-users.")],
    /,
    *paths: Annotated[str, Parameter(help="Files and folders; .gz is read as it is.")],
    account: Annotated[str, Parameter(help="Organisation (or person) of files that do not name it.")] = "",
    complete: Annotated[bool, Parameter(negative="", help="What files lack has vanished; events never do.")] = False,
    fetched_at: Annotated[str | None, Parameter(help="When the files were fetched (ISO, UTC).")] = None,
    from_day: Annotated[dt.date | None, Parameter(name="--from", help="First day that the files cover.")] = None,
    to_day: Annotated[dt.date | None, Parameter(name="--to", help="Last day that the files cover.")] = None,
    home: Home = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Read vendor files, or a folder, or - for standard input, and load canonical records."""
    from uptake import jobs

    settings = _settings(home)
    if not paths and receiving.drains(source):
        return receiving.drain(source, settings, _state(settings), complete=complete, as_json=as_json, quiet=quiet)
    if not paths:
        raise WrongUsage("No file is given", next_step="Give files, a folder, or - for standard input")
    known = is_home(settings)
    refuse_homes(settings, paths, inside=not jobs.finds_repositories(source))
    call = jobs.Ingest(
        source,
        tuple("-" if path == STANDARD_INPUT else path for path in paths),
        jobs.utc_now(),
        account,
        complete,
        _time(fetched_at),
        _days(from_day, to_day),
    )
    with progress.progress(quiet=quiet) as told:
        report = jobs.ingest(settings, _state(settings), call, progress=told)
    output.load_report(jobs.load_answer(report), as_json=as_json)
    ahead = call.fetched_at if call.fetched_at and call.fetched_at > call.now + FURTHEST_AHEAD else None
    return _loaded(report, ahead, None if known else settings.home)


def _loaded(report: Any, ahead: dt.datetime | None, made: Path | None) -> int:
    """What is to be known beside the counts of a load, and its exit code. `ahead`: a time of the files that has not come; `made`: a new home."""
    if ahead:
        output.note(f"--fetched-at is {ahead:%Y-%m-%d}: what is fetched before that day replaces nothing of this load")
    if made:
        output.note(f"A new home was made for it: {made}. If yours is another, name it with --home or UPTAKE_HOME")
    if report.quarantined and not (report.loaded or report.duplicate or report.ignored):
        return output.said(
            "Nothing was loaded: every record is in quarantine. Mend the file and load it again", EXIT_REFUSED
        )
    return EXIT_PARTLY if report.quarantined or report.refused else EXIT_DONE


@app.command
def ask(
    question: Annotated[str, Parameter(help="Name of the question, such as funnel; the reference lists all.")],
    /,
    *,
    as_who: Annotated[str | None, Parameter(name="--as", help="A role of the local operator, or a person id.")] = None,
    purpose: Annotated[str | None, Parameter(help="Why a person's rows are read.")] = None,
    case: Annotated[str | None, Parameter(help="Case id, where the role needs one.")] = None,
    scope: Annotated[str | None, Parameter(help="A unit: its path or its name.")] = None,
    tool: str | None = None,
    quarter: Annotated[str | None, Parameter(help="Such as 2026Q3.")] = None,
    from_day: Annotated[dt.date | None, Parameter(name="--from")] = None,
    to_day: Annotated[dt.date | None, Parameter(name="--to")] = None,
    form: Annotated[str, Parameter(name="--format", help="table, json, csv or parquet.")] = "table",
    out: Annotated[Path | None, Parameter(help="Write here instead of stdout.")] = None,
    token_file: Annotated[
        Path | None, Parameter(help="A file with an API token, which says who asks; so does UPTAKE_TOKEN.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Answer a question through the same door as every page."""
    from uptake.acts.sessions import is_case
    from uptake.reads import Filters, checked

    if case and case.strip() and not is_case(case):
        raise WrongUsage("`--case` is no case id", next_step="Give letters, digits, hyphens and spaces, at most 40")
    form = output.checked_form("json" if as_json else form, out)
    settings, state = opened(home)
    filters = checked(Filters(scope, tool, quarter, from_day, to_day))
    asked = (as_who, purpose, case, secret_of(token_file))
    found = _ask(settings, state, question, asked, filters)
    output.table(found, form=form, out=out)
    if found.nothing:
        output.note(f"No row: {found.nothing}")
    return EXIT_DONE


@app.command
def demo(
    *,
    people: Annotated[int, Parameter(help="Engineers of the invented company.")] = 5000,
    quarters: int = 2,
    seed: int = 7,
    outages: Annotated[
        int, Parameter(help="Makes outages of vendors and gaps of clients that many times as long.")
    ] = 1,
    pages: Annotated[
        bool, Parameter(name="--serve", negative="--no-serve", help="Serve the pages afterwards, until Ctrl-C.")
    ] = True,
    port: Annotated[int, Parameter(help="Port of the pages, on loopback; 0 takes a free one.")] = 8321,
    home: Annotated[Path, Parameter(name="--home", help="The demo home.")] = Path("demo-home"),
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Make an invented company in the vendors' own file formats, load it, score it, show the tables and serve the pages."""
    from uptake.cli import serving
    from uptake.demo import run

    if pages:
        serving.check_free("127.0.0.1", port)
    with progress.progress(quiet=quiet or as_json, lines=True) as told:
        made = run.demo(home, people=people, quarters=quarters, seed=seed, progress=told, outages=outages)
    if as_json:
        output.answer({"home": str(made.home), "people": made.people, "truth": str(made.truth)}, as_json=True)
    else:
        output.demo_tables(
            made,
            lambda name, filters: _ask(
                _settings(home), _state(_settings(home)), name, (None, None, None, None), filters
            ),
        )
    if pages:
        serving.pages(_settings(home), "127.0.0.1", port)
    return EXIT_DONE


@app.command
def serve(
    *,
    host: Annotated[
        str, Parameter(help="Address to listen on; beyond loopback person pages need sign-in.")
    ] = "127.0.0.1",
    port: Annotated[int, Parameter(help="0 takes a free one.")] = 8321,
    home: Home = None,
) -> int:
    """Serve the pages and the API of a home until Ctrl-C or SIGTERM."""
    from uptake.cli import serving

    serving.pages(opened(home)[0], host, port)
    return EXIT_DONE


def _ask(
    settings: Settings,
    state: State,
    question: str,
    who: tuple[str | None, str | None, str | None, str | None],
    filters: Any,
) -> Answer:
    from uptake import jobs, reads

    route = f"cli:ask {question}" if question.isidentifier() and question.isascii() else "cli:ask"
    caller = reads.Caller(os_user(), route, jobs.utc_now())
    return reads.answer(
        settings,
        state,
        jobs.policy_of(settings, state, jobs.utc_now().date()),
        question,
        reads.Asked(*who),
        filters,
        caller,
    )


def _settings(home: Path | None) -> Settings:
    from uptake.settings import read_settings

    return read_settings(home)


def _state(settings: Settings) -> State:
    from uptake.jobs import State

    STORES.append(State.of(settings))
    return STORES[-1]


def _time(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        given = dt.datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsage("--fetched-at is not a time", next_step="Write it as 2026-07-01T06:00:00Z") from None
    return given.astimezone(dt.UTC).replace(tzinfo=None) if given.tzinfo else given


def _days(first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date] | None:
    if first is None and last is None:
        return None
    if first is None or last is None or first > last:
        raise WrongUsage(
            "--from and --to go together",
            why="they state the span that the files cover",
            next_step="Give both, in order",
        )
    return first, last


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code. No traceback reaches a user, unless --debug asks for it."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    given = [word for word in given if word != "--debug"]
    os.umask(OWNER_ONLY)
    sys.exit(run(given, debug=debug))


OWNER_ONLY = 0o077
"""What is written is for whoever runs the service alone: a file of people's rows that others can read goes around the gate."""
FURTHEST_AHEAD = dt.timedelta(days=31)
"""No clock is that wrong: a year was mistyped, and until then no file replaces what was loaded under it."""
OF_THE_DISK = {
    errno.ENOSPC,
    errno.EIO,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.ENOTDIR,
    errno.ENAMETOOLONG,
}
"""Where the system refuses like this, no program is at fault."""
INTERRUPTED = "Query interrupted"
"""What the engine makes of Ctrl-C, or of SIGTERM, that meets it in a query; it has no kind of its own."""
STANDARD_INPUT = "/dev/stdin"
"""What a lone hyphen stands for on the way through the option parser, which would take it for an option."""


def _checked(given: list[str]) -> list[str]:
    try:
        for word in given:
            word.encode()
    except UnicodeEncodeError:
        raise WrongUsage(
            "An argument is not UTF-8", next_step="Set the terminal to UTF-8, or use another name"
        ) from None
    return [STANDARD_INPUT if word == "-" else word for word in given]


def run(given: list[str], *, debug: bool = False) -> int:
    """Run one command; answers its exit code."""
    try:
        return _run(given, debug=debug)
    finally:
        keep_heads()


def _run(given: list[str], *, debug: bool) -> int:
    try:
        result = app(_checked(given), exit_on_error=False, print_error=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else EXIT_DONE
    except UserError as error:
        return output.failure(str(error), error.exit_code, as_json="--json" in given)
    except cyclopts.CycloptsError as error:
        return output.failure(f"Wrong usage: {output.plain(error)}", EXIT_USAGE, as_json="--json" in given)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception as error:
        if debug and str(error) != INTERRUPTED:
            raise
        return _unexpected(error, as_json="--json" in given)


def _unexpected(error: Exception, *, as_json: bool) -> int:
    if str(error) == INTERRUPTED:
        return EXIT_INTERRUPTED
    if isinstance(error, OSError) and error.errno in OF_THE_DISK:
        return output.disk_failure(error, EXIT_REFUSED, as_json=as_json)
    return output.failure(
        f"A fault of the program ({type(error).__name__}). Run again with --debug and report it",
        EXIT_BUG,
        as_json=as_json,
    )
