"""A run's folder read back: what its manifest says, and its tables as they were before they left dacu."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ValidationError

from dacu import __version__
from dacu.errors import Finding, InputError, inert
from dacu.sheets import unguarded
from dacu.store import LOCK_FILE, MANIFEST, manifest_of, read_rows, read_text

if TYPE_CHECKING:
    from pandas import DataFrame

    from dacu.scenario.load import Loaded

PACKAGE = "datapackage.json"
VERBS = ("simulate", "compare", "optimise", "study")
"""What can be reported on."""


class _Scenario(BaseModel):
    """A scenario that was run: as it was asked for, its name, and the hash of what it resolved to."""

    reference: str
    name: str
    sha256: str


class _Asked(BaseModel):
    """The file of a study, or of curves."""

    file: str


class _Facts(BaseModel):
    """What of a manifest is read item by item; `overridden` holds path, documented value and value here by scenario."""

    scenarios: list[_Scenario] = []
    overridden: dict[str, list[tuple[str, str, str]]] = {}
    peak_memory: dict[str, int | None] = {}
    study: _Asked | None = None
    curves: _Asked | None = None


class _Described(NamedTuple):
    """A table in the data package: columns with their types, and the hash of its file."""

    types: dict[str, str]
    hash: str


class RunFolder:
    """The folder of a finished run of this version. Texts of its tables come from outside: they are shown inert."""

    def __init__(self, path: str) -> None:
        """Raises InputError for what is no folder of a finished run of this version."""
        if not os.path.isdir(path):
            raise InputError(Finding("report_no_folder", value=path))
        self.path = path
        self.facts = manifest_of(path)
        self.asked: list[str] = []
        """Files that were read, for whoever wants to name them."""
        self._read: dict[str, DataFrame] = {}
        self._records: dict[str, list[dict[str, Any]]] = {}
        self._check_facts()

    def _check_facts(self) -> None:
        facts = self.facts
        if facts.get("status") != "done":
            raise InputError(Finding("report_unfinished", value=self.path, args={"status": str(facts.get("status"))}))
        if facts.get("dacu") != __version__:
            args = {"version": str(facts.get("dacu")), "ours": __version__}
            raise InputError(Finding("report_other_version", value=self.path, args=args))
        try:
            _Facts.model_validate(facts)
        except ValidationError:
            raise self.damaged(MANIFEST) from None
        if self.verb not in VERBS:
            raise self.damaged(MANIFEST)
        missing = [name for name in self._tables if not (Path(self.path) / f"{name}.csv").is_file()]
        if missing:
            raise self.damaged(f"{missing[0]}.csv")

    @property
    def verb(self) -> str:
        """What was run."""
        return str(self.facts.get("verb"))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What was run: a study or curves by the name of the file, else the scenarios, the first one first."""
        asked = self.facts.get("study") or self.facts.get("curves")
        if asked:
            return (inert(Path(asked["file"]).stem),)
        names = tuple(inert(one["name"]) for one in self.facts.get("scenarios", ()))
        return names or (inert(Path(self.path).name),)

    @cached_property
    def scenario(self) -> Loaded | None:
        """The resolved scenario; none where no scenario was run. Raises InputError where its file is damaged."""
        from dacu.scenario.load import load

        file = os.path.join(self.path, LOCK_FILE)
        return load(file) if os.path.isfile(file) else None

    def has(self, table: str, *columns: str) -> bool:
        """Whether the folder holds such a table with at least one row."""
        return table in self._tables and {*columns} <= self._tables[table].types.keys() and len(self.table(table)) > 0

    def table(self, name: str) -> DataFrame:
        """A table; KeyError where the run wrote none of that name. Raises InputError where it cannot be read."""
        self.asked.append(f"{name}.csv")
        if name not in self._read:
            self._read[name] = self._rows(name, self._tables[name])
        return self._read[name]

    def records(self, name: str) -> Sequence[dict[str, Any]]:
        """The rows of a table as dictionaries; what is not defined is None. Empty where there is no such table."""
        if name not in self._tables:
            return ()
        self.asked.append(f"{name}.csv")
        if name not in self._records:
            table = self.table(name)
            rows = table.astype(object).where(table.notna(), None).to_dict("records")
            self._records[name] = [{str(key): value for key, value in row.items()} for row in rows]
        return self._records[name]

    def json(self, name: str) -> Any:
        """What a JSON file of the folder says; None where there is none."""
        self.asked.append(name)
        file = Path(self.path) / name
        if not file.is_file():
            return None
        try:
            return json.loads(read_text(file))
        except ValueError:
            raise self.damaged(name) from None

    @cached_property
    def _tables(self) -> dict[str, _Described]:
        """What the data package says of each table."""
        try:
            resources = json.loads(read_text(Path(self.path) / PACKAGE))["resources"]
            return {
                str(one["name"]): _Described(
                    {field["name"]: field["type"] for field in one["schema"]["fields"]}, one["hash"]
                )
                for one in resources
            }
        except (ValueError, TypeError, KeyError):
            raise self.damaged(PACKAGE) from None

    def _rows(self, name: str, described: _Described) -> DataFrame:
        table = read_rows(os.path.join(self.path, f"{name}.csv"), described.types, described.hash)
        if table is None or list(table.columns) != list(described.types):
            raise self.damaged(f"{name}.csv")
        for column, kind in described.types.items():
            if kind == "string":
                table[column] = [inert(unguarded(text)) for text in table[column]]
        return table

    def damaged(self, file: str) -> InputError:
        """What to raise for a file of the folder that is not as a run writes it."""
        return InputError(Finding("report_damaged", value=self.path, args={"file": file}))


def run_folders(paths: Sequence[str]) -> list[RunFolder]:
    """The folders to report on. Raises InputError for one that cannot be, and where their verbs differ."""
    folders = [RunFolder(path) for path in paths]
    verbs = dict.fromkeys(folder.verb for folder in folders)
    if len(verbs) > 1:
        raise InputError(Finding("report_mixed", value=", ".join(verbs)))
    return folders
