"""`dacu optimise --curves FILE`: the best split of a budget over given curves, with its proof."""

from __future__ import annotations

import json
import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from dacu.readable import Quantity
from dacu_cli.exporting import ExportForm
from dacu_cli.folders import facts_of_curves, verdict_and_more, write_sentences
from dacu_cli.handouts import handed_out
from dacu_cli.no_plan import refused, write_diagnosis
from dacu_cli.page import Cell, Page, Section
from dacu_cli.priced import price_records
from dacu_cli.view import View

if TYPE_CHECKING:
    from pandas import DataFrame

    from dacu.plan.allocation import Allocation
    from dacu.store import Folder

MORE = 1.1
"""The budget that the next command tries, as a multiple."""


def allocate(
    view: View, file: str, budget: str | None, objective: str | None, out: str | None, seconds: float | None,
    export_as: ExportForm | None,
    report: bool,
) -> None:  # fmt: skip
    """Read, solve, prove, write the folder and show; exit 1 with a diagnosis where no plan keeps the limits."""
    from dacu.errors import AnswerIsNo
    from dacu.plan.allocation import allocated, diagnosed
    from dacu.plan.curve_file import named, read
    from dacu.plan.diagnose import Diagnosis
    from dacu.store import read_file, run_folder

    text, path = read_file(file), Path(file)
    asked = read(text, file, budget, named(objective))
    place = run_folder(out, f"{path.stem}-optimise", facts_of_curves(file, text, budget))
    with handed_out(view, place, export_as, report) as folder:
        copy = f"curves{path.suffix.lower()}"
        found: Allocation | Diagnosis
        try:
            found = allocated(asked, seconds=math.inf if seconds is None else seconds)
        except AnswerIsNo:
            found = diagnosed(asked)
        if isinstance(found, Diagnosis):
            folder.write_text(copy, text)
            write_diagnosis(folder, found)
        else:
            _write(folder, copy, text, found)
    if isinstance(found, Diagnosis):
        view.show(refused(view, {"curves": file}, found, folder))
        raise typer.Exit(1)
    view.show(_page(view, file, found, folder.path))


def _page(view: View, file: str, found: Allocation, folder: Path) -> Page:
    verdict, *others = found.sentences(view.lang)
    follow = view.say("next", line=_next(file, found))
    notes = (*others, view.say("folder", path=folder), follow)
    rows = [*_rows(found), _total(view, found)]
    table = Section(view.say("channels_title"), ("channel", "money", "share", "response", "marginal"), rows)
    whole = Section("", table.columns, _rows(found))
    return Page(_data(view, file, found, folder), (table,), whole, (verdict,), notes)


def _rows(found: Allocation) -> list[list[Cell]]:
    spent = found.spent or 1.0
    return [
        [name, Quantity(money, "plain"), Quantity(money / spent, "share"), Quantity(found.response[name], "plain"),
         Quantity(found.marginal[name], "plain")]
        for name, money in found.spend.items()
    ]  # fmt: skip


def _total(view: View, found: Allocation) -> list[Cell]:
    spent, objective = Quantity(found.spent, "plain"), Quantity(found.objective, "plain")
    return [view.say("total"), spent, Quantity(1.0, "share"), objective, None]


def _next(file: str, found: Allocation) -> str:
    """What ten per cent more would bring."""
    budget = found.asked.problem.limits[0].value
    return shlex.join(["dacu", "optimise", "--curves", file, "--budget", f"{MORE * budget:.10g}"])


def _data(view: View, file: str, found: Allocation, folder: Path) -> dict[str, Any]:
    """The answer of `dacu optimise --curves FILE --format json`, in the file's own units."""
    sentence = f"sentence_{view.lang}"
    return {
        "curves": file,
        "status": found.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "spent": found.spent,
        "allocation": found.spend,
        "choices": found.choices,
        "prices": [
            {key: price[key] for key in ("name", "price", "low", "high", "unit")} | {"sentence": price[sentence]}
            for price in _prices(found) if price["binding"]
        ],
        "binding": [price.limit.id for price in found.binding],
        "certificate": _certificate(found),
        "conflicts": [],
        "sentences": list(found.sentences(view.lang)),
        "folder": str(folder),
    }  # fmt: skip


def _certificate(found: Allocation) -> dict[str, Any]:
    """The tests (shares; the smaller the better), and who solved it."""
    test = found.certificate
    return {
        "holds": test.holds, "primal": test.primal, "objective": test.objective, "dual": max(0.0, test.dual),
        "complementary": test.complementary, "fill_order": test.fill_order, "gap": test.gap, "boxes": test.boxes,
        "solver": found.solver, "second": found.best.second,
    }  # fmt: skip


def _prices(found: Allocation) -> list[dict[str, Any]]:
    return price_records(found.prices, found.measure.en, "name")


def _write(folder: Folder, name: str, text: str, found: Allocation) -> None:
    folder.write_text(name, text)
    folder.write_table("allocation", _allocation_table(found))
    folder.write_table("prices", _price_table(found))
    write_sentences(folder, verdict_and_more(found.sentences))
    claim = found.best.claim
    proof = {
        "status": found.status, "objective": found.objective, "bound": found.bound, "allocation": found.spend,
        "prices": {limit: list(price) for limit, price in claim.prices.items()}, "certificate": _certificate(found),
    }  # fmt: skip
    folder.write_text("certificate.json", json.dumps(proof, ensure_ascii=False, indent=1) + "\n")


def _allocation_table(found: Allocation) -> DataFrame:
    """One row a channel."""
    from pandas import DataFrame

    spent = found.spent or 1.0
    rows = [
        [name, money, money / spent, found.response[name], found.marginal[name]] for name, money in found.spend.items()
    ]
    return DataFrame(rows, columns=["channel", "money", "share", "response", "marginal"])


def _price_table(found: Allocation) -> DataFrame:
    """One row a limit."""
    from pandas import DataFrame

    columns = ["name", "binding", "price", "low", "high", "unit", "sentence_zh", "sentence_en"]
    return DataFrame(_prices(found), columns=columns)
