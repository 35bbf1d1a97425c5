"""A study that is stopped goes on where it was; one that has changed meanwhile does not."""

import shutil
import signal
import sqlite3
import time
from pathlib import Path

import pytest

STUDY = """
scenario: tiny.yaml
outcomes: [gmv, roi]
method: list
replications: 1
agents: 200
rows:
  plain: {}
  rich: {channels.feed_ads.daily_budget: 2万}
  poor: {channels.feed_ads.daily_budget: 2000}
  none: {channels.feed_ads: null}
  deep: {promotions.threshold.tiers.t1.minus: 60}
  dear: {skus.soap.list: 89}
"""


@pytest.fixture
def folder(dacu) -> Path:
    """A folder with a study of six rows, finished."""
    text = (dacu.folder / "tiny.yaml").read_text(encoding="utf-8").replace("满199减20", "{over: 199, minus: 20}")
    (dacu.folder / "tiny.yaml").write_text(text.partition("variants:")[0], encoding="utf-8")
    (dacu.folder / "rows.yaml").write_text(STUDY, encoding="utf-8")
    told = dacu("study", "rows.yaml", "-o", "done", "--workers", "1")
    assert told.returncode == 0, told.stderr
    return dacu.folder / "done"


def test_what_the_journal_lacks_is_run_and_the_table_is_the_same(dacu, folder: Path) -> None:
    cut = dacu.folder / "cut"
    shutil.copytree(folder, cut)
    (cut / "rows.csv").unlink()
    database = sqlite3.connect(cut / "study.sqlite", isolation_level=None)
    database.execute("PRAGMA secure_delete = ON")  # else their bytes would be found again
    database.execute("DELETE FROM records WHERE key IN (SELECT key FROM records LIMIT 4)")
    database.close()
    told = dacu("study", "--resume", "cut", "--workers", "1")
    assert told.returncode == 0
    assert told.stderr.splitlines()[0] == "2 rows done, 0 failed, 4 to do"
    assert (cut / "rows.csv").read_bytes() == (folder / "rows.csv").read_bytes()


def test_a_scenario_that_changed_is_refused_and_the_rows_stay(dacu, folder: Path) -> None:
    scenario = dacu.folder / "tiny.yaml"
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("cost: 21", "cost: 22"), encoding="utf-8")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    told = dacu("study", "--resume", "done", "--workers", "1")
    assert told.returncode == 2
    assert told.stderr.startswith("scenario  done/study.sqlite was begun with other facts")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give a study file, or --resume DIR for one that was begun"),
        (("rows.yaml", "--resume", "done"), "give a study file, or --resume DIR for one that was begun"),
        (("--resume", "elsewhere"), "there is no file elsewhere/study.yaml"),
        (("--resume", "done", "--agents", "500"), "keeps its number of agents; leave --agents 500 out"),
    ],
)
def test_what_cannot_go_on_is_told(dacu, folder: Path, arguments: tuple[str, ...], said: str) -> None:
    told = dacu("study", *arguments)
    assert told.returncode == 2
    assert said in told.stderr


def test_ctrl_c_ends_with_130_and_says_how_to_go_on(dacu, folder: Path) -> None:
    slow = (dacu.folder / "tiny.yaml").read_text(encoding="utf-8").replace("days: 2", "days: 20")
    (dacu.folder / "slow.yaml").write_text(slow, encoding="utf-8")
    study = STUDY.replace("tiny", "slow").replace("agents: 200", "agents: 3000")
    (dacu.folder / "rows.yaml").write_text(study, encoding="utf-8")
    running = dacu.start("study", "rows.yaml", "-o", "stopped", "--workers", "2")
    while not (dacu.folder / "stopped" / "study.pid").exists():
        time.sleep(0.05)
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "go on with: dacu study --resume stopped" in told
    assert "Traceback" not in told
    assert '"status": "interrupted"' in (dacu.folder / "stopped" / "manifest.json").read_text(encoding="utf-8")
    assert not (dacu.folder / "stopped" / "study.pid").exists()
