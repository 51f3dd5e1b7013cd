"""The documents keep their word: commands in them run, links lead somewhere, dependencies have a decision."""

import os
import pathlib
import re
import subprocess
import sys
import tomllib

import cyclopts
import pytest
from tools import repo_rules, screenshots

from uptake import cli, docs_gen, policy

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```sh run\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def blocks(page):
    """Shell blocks of a page that are marked `sh run`, in order."""
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def run_script(script, folder):
    path = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "NO_COLOR": "1"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def test_the_tutorial_runs_from_top_to_bottom(tmp_path):
    script = "\n".join(blocks("docs/tutorial.md"))
    assert script.count("uptake ") > 10
    done = run_script(script, tmp_path)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def test_a_failing_block_would_be_seen(tmp_path):
    assert run_script("uptake ask no_such_question\necho done", tmp_path).returncode != 0


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_and_questions_on_a_page_exist(page):
    commands = set(re.findall(r"^## uptake (\S+)", cli.app.generate_docs(), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    for command in re.findall(r"(?:`|^ {4}|^)uptake ([a-z][a-z-]*)", text, re.MULTILINE):
        assert command in commands, f"{page.name}: uptake {command}"
    for question in re.findall(r"uptake ask ([a-z]\w*)", text):
        assert question in policy.QUESTIONS, f"{page.name}: uptake ask {question}"


def test_reference_pages_equal_the_code():
    assert docs_gen.drift(ROOT / "docs" / "reference", docs_gen.render(cli.app)) == []


def test_drift_is_seen(tmp_path):
    assert docs_gen.write(tmp_path, cli.app) == 0
    assert docs_gen.write(tmp_path, cli.app, check=True) == 0
    (tmp_path / "settings.md").write_text("changed", encoding="utf-8")
    (tmp_path / "exit-codes.md").unlink()
    (tmp_path / "stray.md").write_text("nobody made this", encoding="utf-8")
    assert docs_gen.write(tmp_path, cli.app, check=True) == 1
    assert len(docs_gen.drift(tmp_path, docs_gen.render(cyclopts.App(name="uptake")))) == 4


def test_every_page_can_be_reached_from_the_readme():
    reached, queue = set(), [ROOT / "README.md"]
    while queue:
        page = queue.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = repo_rules.LINK.findall(page.read_text(encoding="utf-8"))
        queue += [
            (page.parent / link.partition("#")[0]).resolve() for link in links if not re.match(r"[a-z]+:|#", link)
        ]
    assert [page for page in PAGES if page not in reached] == []


def test_every_dependency_has_a_decision():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [line.split("==")[0] for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]]
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)] == []


def test_no_scene_paints_over_a_page():
    """A picture of a scene that is called as a page is would stand in the docs in its place."""
    scenes = re.findall(r'picture\(\w+, "([a-z-]+)"\)', (ROOT / "tools" / "scenes.py").read_text())
    assert len(scenes) >= 8
    assert not set(scenes) & set(screenshots.PAGES)
    assert len(scenes) == len(set(scenes))
