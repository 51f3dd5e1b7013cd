"""A run on a cluster from end to end, with this machine's engine in its place: what it gives, and that two rows for one publish nothing."""

import contextlib
import json
import os
import signal

import pytest

from tests import demo_home
from tests.cluster import homes, local
from tests.product import uptake
from uptake.cli import progress
from uptake.errors import EXIT_INTERRUPTED
from uptake.pipeline import cluster
from uptake.warehouse.refill import read_step

STEPS = {step.name: step for step in homes.STEPS}


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    home = demo_home.made(tmp_path_factory.mktemp("cluster") / "home", 60)
    homes.add_rare(home)
    assert uptake(home, "score", "--full", "--as-of", homes.as_of(home)) == 0
    return home


def on_cluster(home):
    return uptake(home, "score", "--engine", "spark", "--as-of", homes.as_of(home), "--json")


def test_every_kept_table_has_rows_and_comes_back_as_it_was(scored, tmp_path, monkeypatch, capsys):
    home = homes.copied(scored, tmp_path / "home")
    sessions, told = [], []

    @contextlib.contextmanager
    def opened(*given):
        with local.opened(*given) as session:
            sessions.append(session)
            yield session

    monkeypatch.setattr(cluster, "opened", opened)
    monkeypatch.setattr(progress, "progress", lambda **_: contextlib.nullcontext(lambda *given: told.append(given)))
    capsys.readouterr()
    assert on_cluster(home) == 0
    answer = json.loads(capsys.readouterr().out)
    before = homes.pointer(scored)
    assert [answer[name] for name in ("inputs_digest", "scores_digest")] == [
        before[name] for name in ("inputs_digest", "scores_digest")
    ]
    found = homes.differing(scored, home)
    assert {name: off for name, (off, _) in found.items() if off} == {}
    assert homes.bare(found) == []
    (session,) = sessions
    assert len(session.filled) == len(set(session.filled)), "a step was filled twice for one quarter"
    # Java starts for a minute or two: no pace of the steps follows from that.
    assert [given[1:3] for given in told if given[0] == "reaching the cluster"] == [(0, 0)]
    # A look at the grain is a pass of its own over a cluster: only for what does not come back.
    assert session.looked_at
    assert not {name for name in session.looked_at if STEPS[name].keep == "yes"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_end_leaves_no_row_in_the_lake(scored, tmp_path, monkeypatch, capsys, number):
    """The lake is outside the home: what a run has put there of people goes with it."""
    home = homes.copied(scored, tmp_path / "home")
    before, held, lay = homes.pointer(home), signal.getsignal(signal.SIGTERM), []

    class Told(local.Local):
        def fill(self, columns, query, folder):
            super().fill(columns, query, folder)
            lay.extend((home / "lake").rglob("*.parquet"))
            os.kill(os.getpid(), number)

    monkeypatch.setattr(local, "Local", Told)
    monkeypatch.setattr(cluster, "opened", local.opened)
    capsys.readouterr()
    # Where the suite runs in the background of a shell, Ctrl-C is ignored from the start.
    typed = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        ended = on_cluster(home)
    finally:
        signal.signal(signal.SIGINT, typed)
    assert ended == EXIT_INTERRUPTED
    assert capsys.readouterr().err == ""
    assert lay
    assert not list((home / "lake").rglob("*.parquet"))
    assert homes.pointer(home) == before
    assert signal.getsignal(signal.SIGTERM) == held


@pytest.mark.parametrize("name", ["day_scores", "quarter_sums"])
def test_two_rows_for_one_end_the_run_and_publish_nothing(scored, tmp_path, monkeypatch, capsys, name):
    home = homes.copied(scored, tmp_path / "home")
    before = homes.pointer(home)
    sql = read_step("uptake.scores", name).sql

    class Doubling(local.Local):
        def fill(self, columns, query, folder):
            again = f"select * from ({query}) union all select * from ({query})" if query == sql else query
            super().fill(columns, again, folder)

    monkeypatch.setattr(local, "Local", Doubling)
    monkeypatch.setattr(cluster, "opened", local.opened)
    assert on_cluster(home) == 1
    assert f"Step {name} gave two rows for one" in capsys.readouterr().err
    assert homes.pointer(home) == before
