"""Every command takes `--home`, and acts on that home: found by a walk of the tree of commands, not by a list."""

from __future__ import annotations

from collections.abc import Iterator

import cyclopts

from tests.attack.drive import run
from uptake.cli import app


def leaves(tree: cyclopts.App, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], cyclopts.App]]:
    """Every command that does something, with the words that name it."""
    for name in tree:
        if not name.startswith("-"):
            below = tree[name]
            yield from leaves(below, (*words, name))
            if below.default_command is not None:
                yield (*words, name), below


def options(command: cyclopts.App) -> set[str]:
    return {name for argument in command.assemble_argument_collection() for name in argument.names}


def test_every_command_takes_a_home_and_answers_json():
    found = {" ".join(words): options(command) for words, command in leaves(app)}
    assert len(found) > 25
    assert {
        "ingest",
        "token sender",
        "policy show",
        "evidence verify" if "evidence verify" in found else "verify",
    } <= found.keys()
    assert [name for name, has in found.items() if "--home" not in has] == []
    assert [name for name, has in found.items() if "--json" not in has and name != "serve"] == []


def test_the_key_of_a_sender_names_the_settings_of_the_home_that_was_named(tmp_path):
    done = run(tmp_path / "here", "token", "sender", "ana@example.com")
    assert done.code == 0, done.err
    assert f"In {tmp_path / 'here' / 'settings.toml'}, then start" in done.out
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "settings.toml").write_text("[telemetri]\n")
    assert "`telemetri` is not known" in run(tmp_path / "broken", "token", "sender").err
