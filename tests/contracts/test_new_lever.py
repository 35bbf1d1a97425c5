"""An outsider's lever in one file, as docs/howto/new_lever.md tells it: every step of that page is done here."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dacu.errors import InputError

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "new_lever.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```\w+ (\S+)\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as an installer would leave it: its module, and beside it what it announces."""
    folder = tmp_path_factory.mktemp("site")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    [(group, entries)] = project["entry-points"].items()
    lines = [f"[{group}]", *(f"{name} = {target}" for name, target in entries.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    return folder


def python(package: Path, *arguments: str) -> str:
    """Output of a Python that finds the package, dacu and the suite; its whole error if it fails."""
    path = os.pathsep.join(map(str, (package, ROOT / "engine", ROOT / "tests" / "contracts")))
    done = subprocess.run(  # noqa: S603 - our own Python on our own files
        [sys.executable, *arguments], cwd=package, env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_has_all_its_files():
    assert set(FILES) == {"splash.py", "pyproject.toml", "plan.yaml", "check_splash.py"}


def test_an_announced_lever_is_registered_and_in_the_schema(package):
    told = python(
        package, "-c",
        "from dacu.levers.base import kinds; from dacu.language.schema import labels\n"
        "from dacu.scenario.model import scenario_model\n"
        "print(kinds('channels')['splash'].en, '|', labels(scenario_model())['channels.*[splash].price'])",
    )  # fmt: skip
    assert told.startswith("splash ads | 千次展示价 · price per 1,000 views [yuan] (≥ 1, ≤ 1000)")


def test_a_lever_of_another_package_keeps_the_contract(package):
    python(package, "check_splash.py")


def test_a_scenario_runs_with_it(package):
    told = python(
        package, "-c",
        "from dacu.scenario.load import load; from dacu.sim.run import run\n"
        "figures = run(load('plan.yaml'), 1, 0).realised\n"
        "print(figures['spend'], figures['paid_exposures'])",
    )  # fmt: skip
    spend, views = map(int, told.split())
    assert 0 < spend <= 2 * 200_00
    assert spend == pytest.approx(views * 60_00 / 1000, rel=0.001)


def test_without_the_package_the_scenario_is_refused_by_name(shop):
    with pytest.raises(InputError) as refused:
        shop.loaded("channels: {splash: {daily_budget: 200, price: 60}}")
    assert refused.value.findings[0].path.startswith("channels.splash")
