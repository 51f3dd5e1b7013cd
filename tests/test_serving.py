"""A server starts without looking for garbage, and looks for it once it serves, or when it cannot."""

from __future__ import annotations

import gc

import pytest

from uptake import web
from uptake.cli import serving
from uptake.errors import WrongUsage
from uptake.settings import read_settings


@pytest.fixture
def settings(tmp_path):
    yield read_settings(tmp_path)
    gc.unfreeze()
    gc.enable()


def test_the_collector_rests_while_a_server_starts_and_passes_over_what_was_made_then(settings, monkeypatch, capsys):
    seen = []

    def serve(_settings, _host, _port, ready):
        seen.append((gc.isenabled(), gc.get_freeze_count()))
        ready("http://127.0.0.1:1")
        seen.append((gc.isenabled(), gc.get_freeze_count()))

    monkeypatch.setattr(web, "serve", serve)
    serving.pages(settings, "127.0.0.1", 0)
    (off, _), (on, frozen) = seen
    assert (off, on) == (False, True)
    assert frozen > 0
    assert "Pages: http://127.0.0.1:1/" in capsys.readouterr().err


def test_a_server_that_cannot_start_leaves_the_collector_on(settings, monkeypatch):
    def serve(*_given):
        raise WrongUsage("The address cannot be taken", why="", next_step="")

    monkeypatch.setattr(web, "serve", serve)
    with pytest.raises(WrongUsage):
        serving.pages(settings, "127.0.0.1", 0)
    assert gc.isenabled()
