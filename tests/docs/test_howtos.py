"""The Python of the how-tos: it compiles, and where its library is here it runs on a folder."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import shown_commands

HOWTOS = shown_commands.DOCS / "howto"
CHUNK = re.compile(r"^```\{python\}\n(.*?)^```", re.MULTILINE | re.DOTALL)


def code_of(page: Path) -> list[str]:
    """The Python blocks of a page, and the chunks of a Quarto document in it."""
    found = [(block.lexemes["info"], block.lexemes["source"]) for block in shown_commands.blocks(page)]
    plain = [source for info, source in found if info.split()[0] == "python"]
    return plain + [chunk for info, source in found if info.startswith("markdown") for chunk in CHUNK.findall(source)]


@pytest.mark.parametrize("name", ["duckdb", "streamlit", "quarto"])
def test_the_code_of_a_page_compiles(name: str) -> None:
    code = code_of(HOWTOS / f"{name}.md")
    assert code
    for block in code:
        ast.parse(block)


@pytest.mark.parametrize("name", ["duckdb", "streamlit", "quarto"])
def test_a_page_is_short(name: str) -> None:
    assert len((HOWTOS / f"{name}.md").read_text(encoding="utf-8").splitlines()) <= 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `run` holds a simulation, as the page on DuckDB makes it."""
    path = tmp_path_factory.mktemp("howto")
    for _ in shown_commands.play(HOWTOS / "duckdb.md", path):
        pass
    return path / "work"


def test_the_queries_answer(folder: Path) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed: pip install duckdb")
    for block in code_of(HOWTOS / "duckdb.md"):
        done = subprocess.run([sys.executable, "-c", block], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stderr
        assert "gmv" in done.stdout


def test_the_board_shows_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    testing = pytest.importorskip("streamlit.testing.v1", reason="streamlit is not installed: pip install streamlit")
    monkeypatch.setattr(sys, "argv", ["board.py", str(folder / "run")])
    (board,) = code_of(HOWTOS / "streamlit.md")
    app = testing.AppTest.from_string(board).run(timeout=60)
    assert not app.exception
    assert [metric.label for metric in app.metric] == ["gmv", "orders", "contribution"]


def test_the_memo_reads_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    parameters, *chunks = code_of(HOWTOS / "quarto.md")
    names: dict[str, object] = {}
    for chunk in (parameters.replace("out/budget_618-simulate", "run"), *chunks):
        exec(compile(chunk, "memo", "exec"), names)  # noqa: S102 - the project's own page
    assert float(names["gmv"]["mean"]) >= 0  # type: ignore[index]
    styled = eval(chunks[-1].splitlines()[-1], names)  # noqa: S307 - what the memo shows below its sentence
    assert "channels." in styled.to_html()
