"""A file of facts of commits: NDJSON, one object a commit, as an export that sends no message may write it.

Keys: `sha`, `parents`, `author` (e-mail), `authored`, `committed` (ISO times), `co_author_trailers` (whole lines), `generated_line` (whether
the message has the line of Claude Code), `files` ([path, added, deleted], NULL for binary ones).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from uptake.model.folding import folded_name
from uptake.model.outcome import Gone, Ignored, InputFile, Outcome, Refused, Rejected, Taken
from uptake.sources.git.identities import IdentitiesError, identities
from uptake.sources.git.marks import Seen, of_lines, of_people
from uptake.sources.git.raw import EPOCH, Signature
from uptake.sources.git.rows import COMMIT, FACTS, MOST_LINES, Changed, Maker, Told
from uptake.sources.reading import Broken, RawRecord, decode, json_records

GENERATED = "Generated with [Claude Code]("
Lines = Annotated[int, Meta(ge=0, le=MOST_LINES)] | None
Sha = Annotated[str, Meta(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]
Line = Annotated[str, Meta(max_length=4096)]


class Facts(Struct, gc=False, kw_only=True):
    sha: Sha
    parents: list[Sha]
    author: Annotated[str, Meta(max_length=512)]
    authored: dt.datetime
    committed: dt.datetime
    co_author_trailers: list[Line] = []
    generated_line: bool = False
    files: list[tuple[str, Lines, Lines]] = []


class StrictFacts(Facts, gc=False, kw_only=True, forbid_unknown_fields=True):
    pass


_STRICT = msgspec.json.Decoder(StrictFacts)
_LENIENT = msgspec.json.Decoder(Facts)


def read(file: InputFile, name: str) -> Iterator[Outcome]:
    """One outcome per object. A commit that the repository itself told of stays as it is.

    Raises:
        Refused: the file is no JSON, or the site's list of identities cannot be used.
    """
    repository = file.repository
    try:
        maker = Maker(name, identities(repository.wishes)) if repository else Maker(name)
    except IdentitiesError as error:
        raise Refused(
            f"the list of AI identities of the settings cannot be used: {error}",
            "Mend the file that git.ai_identities names",
        ) from None
    keys = repository.known if repository else frozenset()
    held = {key.split("|")[2] for key in keys if key.startswith(f"{maker.key(COMMIT)}|")}
    # Facts that other rules read: their keys are others, and both would count.
    stale = {
        key.split("|")[2]: key
        for key in keys
        if key.startswith(f"{maker.key(FACTS)}|") and not key.endswith(maker.rules)
    }
    for item in json_records(file, ()):
        if isinstance(item, RawRecord | Broken):
            outcome = _outcome(item, maker, held, file)
            yield outcome
            if isinstance(outcome, Taken) and (old := stale.get(outcome.key.split("|")[2])):
                yield Gone((old,))


def _outcome(item: RawRecord | Broken, maker: Maker, held: set[str], file: InputFile) -> Outcome:
    told: Facts | Broken = item if isinstance(item, Broken) else _decoded(item, file)
    if isinstance(told, Broken):
        return Rejected(told.line, told.reason, told.field, told.day)
    if told.sha in held:
        return Ignored(item.line, "the repository itself told of this commit")
    return maker.record(FACTS, item.line, _told(told, maker))


def _decoded(item: RawRecord, file: InputFile) -> Facts | Broken:
    return decode(item, _STRICT, _LENIENT, file)


def _told(facts: Facts, maker: Maker) -> Told:
    author = Signature("", folded_name(facts.author), _utc(facts.authored))
    committer = Signature("", "", _utc(facts.committed))
    seen = Seen()
    day = (author.at or committer.at or EPOCH).date()
    of_people(seen, author, committer, maker.known, day)
    merge = len(facts.parents) > 1
    if not merge:
        of_lines(seen, [*facts.co_author_trailers, *([GENERATED] if facts.generated_line else [])], maker.known, day)
    files = () if merge else tuple(_changed(*one) for one in facts.files)
    return Told(facts.sha, merge, author, committer, files, seen)


def _changed(path: str, added: int | None, deleted: int | None) -> Changed:
    binary = added is None or deleted is None
    return Changed(path.encode("utf-8", "replace"), None if binary else added, None if binary else deleted)


def _utc(time: dt.datetime) -> dt.datetime | None:
    """UTC without zone; a time without zone is UTC."""
    try:
        return time.astimezone(dt.UTC).replace(tzinfo=None) if time.tzinfo else time
    except OverflowError:
        return None
