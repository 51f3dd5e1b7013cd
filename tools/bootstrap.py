"""Make the project's own environment: a virtual environment with exactly the locked packages.

Standard library only; it starts on Python 3.8 too, so that it can say what is missing instead of failing on its syntax. Run by `make setup`, which every other target runs first; does nothing when the lock has not changed.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-dev.lock"
CLUSTER_LOCK = ROOT / "requirements-spark.lock"
BENCH_LOCK = ROOT / "requirements-bench.lock"
FUZZ_LOCK = ROOT / "requirements-fuzz.lock"
CLICKHOUSE_LOCK = ROOT / "requirements-clickhouse.lock"
SYSTEM_PACKAGES = ROOT / "system-packages.txt"
FLOOR = (3, 11)
PROBE = "import sys; print('%d.%d' % sys.version_info[:2])"


class BootstrapError(Exception):
    """What is missing and the one line that repairs it."""


def say(text: str) -> None:
    print("setup: " + text, file=sys.stderr, flush=True)


def version_of(python: str | pathlib.Path) -> tuple[int, ...] | None:
    """Version of an interpreter as (major, minor), or None when it cannot be run."""
    try:
        text = subprocess.run([python, "-c", PROBE], check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in text.decode().strip().split("."))


def choose_python(wanted: str) -> str:
    """The interpreter that was asked for, else the first one that is new enough."""
    candidates = [wanted] if wanted else ["python3", "python3.13", "python3.12", "python3.11"]
    for python in candidates:
        version = version_of(python)
        if version and version >= FLOOR:
            return python
    raise BootstrapError(
        f"no Python {FLOOR[0]}.{FLOOR[1]} or newer found (tried {', '.join(candidates)}). "
        "Name one: make setup PYTHON=python3.12"
    )


def can_make_environment(python: str) -> bool:
    probe = [python, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


@dataclasses.dataclass(frozen=True)
class Package:
    """A line of `system-packages.txt`: its name, and whether only the tests need it, or only those on a cluster."""

    name: str
    tests: bool
    cluster: bool = False


def system_packages() -> list[Package]:
    """The listed packages that exist for this system."""
    found = []
    for line in SYSTEM_PACKAGES.read_text(encoding="utf-8").splitlines():
        name, _, note = (part.strip() for part in line.partition("#"))
        if name and not (note.startswith("tests on debian:") and not on_debian()):
            found.append(Package(name, note.startswith("tests"), note.startswith("cluster")))
    return found


def on_debian(release: pathlib.Path = pathlib.Path("/etc/os-release")) -> bool:
    """True on Debian itself; Ubuntu and others call themselves something else."""
    return release.is_file() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def may_install() -> bool:
    """True for root on Debian and Ubuntu: only there the set-up changes the machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def missing_packages(*, tests: bool) -> list[str]:
    """Listed packages that dpkg does not know as installed; none where there is no dpkg to ask."""
    if shutil.which("dpkg-query") is None:
        return []
    wanted = [package.name for package in system_packages() if package.tests == tests and not package.cluster]
    asked = (["dpkg-query", "--show", "--showformat=${db:Status-Abbrev}", name] for name in wanted)
    states = [subprocess.run(command, check=False, capture_output=True).stdout for command in asked]
    return [name for name, state in zip(wanted, states, strict=True) if not state.startswith(b"ii")]


def install(packages: list[str]) -> None:
    say("installing " + " ".join(packages) + " with apt-get")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    if "postgresql" in packages:
        no_cluster()
    run(["apt-get", "update", "-qq"], env=environment)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=environment)


def no_cluster() -> None:
    """Debian's package would start a server of the machine; the tests start their own, and only that."""
    file = pathlib.Path("/etc/postgresql-common/createcluster.conf")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("create_main_cluster = false\n")


def by_hand(packages: list[str]) -> str:
    return f"  sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"


def install_python_packages(python: str) -> None:
    """Install what making an environment needs, as root on Debian and Ubuntu only; else say the one line to run."""
    if can_make_environment(python):
        return
    wanted = [package.name for package in system_packages() if not package.tests and not package.cluster]
    if not may_install():
        raise BootstrapError(f"{python} lacks venv or ensurepip. Run this, then try again:\n{by_hand(wanted)}")
    install(wanted)
    if not can_make_environment(python):
        raise BootstrapError(
            f"{python} still lacks venv or ensurepip. Install the -venv package of exactly that Python"
        )


def install_test_packages() -> None:
    """Install the tools of the tests where we may; elsewhere say what is missing and go on: the tests name what they skip."""
    missing = missing_packages(tests=True)
    if missing and may_install():
        install(missing)
    elif missing:
        say(f"for every test, run this first:\n{by_hand(missing)}")


def install_cluster(venv: pathlib.Path) -> None:
    """What a real cluster needs: pyspark and the client of Spark Connect by their own lock, and Java where there is none at all."""
    install_more(venv, "pyspark, grpc_status", CLUSTER_LOCK)
    if shutil.which("java"):
        return
    wanted = [package.name for package in system_packages() if package.cluster]
    if not may_install():
        raise BootstrapError(f"there is no Java. Run this, then try again:\n{by_hand(wanted)}")
    install(wanted)


def install_more(venv: pathlib.Path, probe: str, lock: pathlib.Path) -> None:
    """Packages of a lock of its own, unless `probe` can be imported already."""
    if subprocess.run([inside(venv), "-c", f"import {probe}"], check=False, capture_output=True).returncode != 0:
        say("installing the packages of " + lock.name)
        pip = [inside(venv), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        run([*pip, "--root-user-action=ignore", "--require-hashes", "--no-deps", "-r", str(lock)])


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run a step in silence; on failure show all it printed."""
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise BootstrapError("this step failed: " + " ".join(str(part) for part in command))


def stamp_text(python_version: tuple[int, ...] | None) -> str:
    """What the environment was made from: the lock, the project file, the system packages and the Python."""
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml", SYSTEM_PACKAGES):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} python {python_version}\n"


def is_current(venv: pathlib.Path, wanted: str) -> bool:
    """True when the environment was made from this lock, with the Python that was asked for (if one was)."""
    stamp = venv / "uptake.stamp"
    version = version_of(inside(venv))
    if version is None or not stamp.is_file() or (wanted and version_of(wanted) != version):
        return False
    return stamp.read_text(encoding="utf-8") == stamp_text(version)


def inside(venv: pathlib.Path) -> str:
    return str(venv / "bin" / "python")


def has_pip(venv: pathlib.Path) -> bool:
    probe = [inside(venv), "-m", "pip", "--version"]
    try:
        return subprocess.run(probe, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def fill(venv: pathlib.Path, python: str) -> None:
    """Make the environment (anew, if it was made from another lock) and install what the lock names, hash by hash."""
    stamp = venv / "uptake.stamp"
    install_python_packages(python)
    if stamp.exists() or not has_pip(venv) or version_of(inside(venv)) != version_of(python):
        say(f"making {venv.name} with {python}")
        run([python, "-m", "venv", "--clear", str(venv)])
    pip = [inside(venv), "-m", "pip", "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
    say("installing the packages of " + LOCK.name)
    # The lock is complete. Left to resolve again, pip may meet a newer release of an extra and refuse it for want of a hash.
    run([*pip, "--require-hashes", "--no-deps", "-r", str(LOCK)])
    run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    run([inside(venv), "-m", "pip", "--disable-pip-version-check", "check"])
    # Where Python may not write beside its sources, each start would translate them again: half a second.
    subprocess.run([inside(venv), "-m", "compileall", "-q", str(ROOT / "src")], check=False, capture_output=True)
    stamp.write_text(stamp_text(version_of(inside(venv))), encoding="utf-8")
    say("ready")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default="", help="interpreter to use, such as python3.12")
    parser.add_argument("--venv", default=".venv", help="folder of the environment, inside the checkout")
    parser.add_argument("--tests", action="store_true", help="also bring the system packages that only the tests need")
    parser.add_argument(
        "--cluster", action="store_true", help="also bring pyspark and Java, for the tests on a cluster"
    )
    parser.add_argument("--bench", action="store_true", help="also bring what the bench compares with")
    parser.add_argument("--fuzz", action="store_true", help="also bring what fuzzes by coverage")
    parser.add_argument("--clickhouse", action="store_true", help="also bring the engine of the third dialect")
    arguments = parser.parse_args()
    venv = ROOT / arguments.venv
    try:
        if not is_current(venv, arguments.python):
            fill(venv, choose_python(arguments.python))
        if arguments.tests:
            install_test_packages()
        if arguments.cluster:
            install_cluster(venv)
        if arguments.bench:
            install_more(venv, "polars, pandas", BENCH_LOCK)
        if arguments.fuzz:
            install_more(venv, "atheris", FUZZ_LOCK)
        if arguments.clickhouse:
            install_more(venv, "chdb", CLICKHOUSE_LOCK)
    except BootstrapError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
