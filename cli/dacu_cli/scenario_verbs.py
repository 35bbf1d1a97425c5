"""Verbs about scenario files: new, check, show, diff. No simulation."""

from __future__ import annotations

import os
import shlex
from datetime import date
from typing import Annotated, Any

import typer

from dacu import store
from dacu.errors import Finding, InputError
from dacu.language.compose import Composed, leaves
from dacu.language.text import dump, flow
from dacu.language.tree import Branch
from dacu.scenario.diff import NOT_THERE, THERE, Change, differences
from dacu.scenario.load import load
from dacu_cli import completing, media_plans, templates
from dacu_cli.options import Format, Reference, References, Sets
from dacu_cli.page import Cell, Page, Section
from dacu_cli.price_verb import price_table_of
from dacu_cli.view import View
from dacu_cli.wizard import questions

STARTER = "starter"
Path = Annotated[str, typer.Argument(metavar="PATH", help="cli_arg_path", show_default=False)]
Template = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="TEMPLATE", help="cli_opt_from", show_default=False, autocompletion=completing.templates
    ),
]
NoInput = Annotated[bool, typer.Option("--no-input", help="cli_opt_no_input")]
Like = Annotated[
    str | None,
    typer.Option(
        "--like", metavar="REF", help="cli_opt_like", show_default=False, autocompletion=completing.references
    ),
]
OptionalReference = Annotated[
    str, typer.Argument(metavar="REF", help="cli_arg_ref", show_default=False, autocompletion=completing.references)
]
Origins = Annotated[bool, typer.Option("--origins", help="cli_opt_origins")]
Steps = Annotated[bool, typer.Option("--steps", help="cli_opt_steps")]


def new(view: View, path: Path, template: Template = None, like: Like = None, no_input: NoInput = False) -> None:
    """Write a commented scenario to start from, and beside it what it extends; or a media plan laid over one.

    At a terminal, where no template is named, six questions make it.
    """
    path = path if path.endswith((".yaml", ".yml")) else f"{path}.yaml"
    told: tuple[str, ...] = ()
    if template is not None and media_plans.is_workbook(template):
        told = media_plans.write(view, path, template, like or STARTER)
    elif like is not None:
        raise InputError(Finding("cli_like_alone", None, "--like", like))
    elif template is None and not no_input and view.format is Format.TABLE and questions.at_a_terminal():
        _from_answers(view, path)
    else:
        reference, *parents = templates.family(template or STARTER, "--from")
        store.new_file(path, store.shipped_text(reference))
        templates.bring(parents, os.path.dirname(path))
    sentences = (view.say("new_written", path=path), *told, view.say("next", line=shlex.join(["dacu", "check", path])))
    view.show(Page({"path": path}, whole=Section("", ("path",), [[path]]), opening=sentences))


def _from_answers(view: View, path: str) -> None:
    """Ask, and write what the answers make; a file that is there is told before anything is asked."""
    from dacu_cli.wizard.plan import scenario

    if os.path.lexists(path):
        raise InputError(Finding("file_exists", value=path))
    view.remark(view.say("ask_about"))
    text = scenario(questions.answers(view, date.today()))
    load(path, read_text=lambda _: (path, text))  # what no run could take is told before it is written
    store.new_file(path, text)


def check(view: View, references: References, sets: Sets = None) -> None:
    """Validate scenarios: everything that `simulate` would refuse is told here, and every broken price."""
    findings: list[Finding] = []
    warnings: list[Finding] = []
    told: list[str] = []
    for reference in references:
        try:
            loaded = load(reference, sets or ())
            warnings += price_table_of(loaded).warnings
        except InputError as error:
            findings += error.findings
        else:
            told.append(view.say("valid", reference=reference, count=sum(1 for _ in leaves(_own(loaded.composed)))))
    if findings:
        view.remark(*told)
        raise InputError(*findings)
    view.warn(warnings)
    follow = view.say("next", line=shlex.join(["dacu", "simulate", references[0]]))
    rows = [[reference] for reference in references]
    view.show(Page({"valid": references}, whole=Section("", ("reference",), rows), opening=(*told, follow)))


def show(
    view: View, reference: OptionalReference = "", sets: Sets = None, origins: Origins = False, steps: Steps = False
) -> None:
    """Print a scenario as it will run, or the steps of an hour."""
    if steps:
        view.show(_steps_page(view))
        return
    if not reference:
        raise InputError(Finding("cli_missing_argument", value="REF"))
    loaded = load(reference, sets or ())
    tree = loaded.composed.tree if origins else _own(loaded.composed)
    rows: list[list[Cell]] = [[path, flow(leaf), str(leaf.mark.file), leaf.mark.line] for path, leaf in leaves(tree)]
    listed = Section("", ("path", "value", "file", "line"), rows)
    data = [dict(zip(listed.columns, row, strict=True)) for row in rows]
    view.show(Page({"scenario": loaded.name, "leaves": data}, whole=listed, text=dump(tree, origins)))


def diff(view: View, base: Reference, other: Reference, sets: Sets = None) -> None:
    """Print what differs between two scenarios, with the line that says so."""
    first, second = load(base, sets or ()), load(other, sets or ())
    found = differences(first.composed, second.composed)
    changes = [{"path": c.path, "from": c.before, "to": c.after, "file": c.file, "line": c.line} for c in found]
    data = {"base": first.name, "other": second.name, "changes": changes}
    if not found:
        view.show(Page(data, whole=changed(view, ()), opening=(view.say("no_difference", base=base, other=other),)))
        return
    follow = view.say("next", line=shlex.join(["dacu", "compare", base, other]))
    view.show(Page(data, (changed(view, found),), notes=(follow,)))


def changed(view: View, found: list[Change] | tuple[Change, ...]) -> Section:
    """What differs, as a table."""
    told = {THERE: view.say("there"), NOT_THERE: view.say("not_there"), None: view.say("not_set")}
    rows = [[c.path, told.get(c.before, c.before), told.get(c.after, c.after), f"{c.file}:{c.line}"] for c in found]
    return Section("", ("path", "from", "to", "where"), rows)


def _own(composed: Composed) -> Branch:
    """The tree without the coefficients that stand as documented: what the planner's files say."""
    behaviour = composed.tree.children.get("behaviour")
    kept = dict(composed.tree.children)
    if isinstance(behaviour, Branch):
        own = _pruned(behaviour)
        kept = {**kept, "behaviour": own} if own.children else {k: v for k, v in kept.items() if k != "behaviour"}
    return Branch(kept, composed.tree.mark, composed.tree.key_marks)


def _pruned(branch: Branch) -> Branch:
    from dacu.behaviour.parameters import FILE

    children: dict[str, Any] = {}
    for name, child in branch.children.items():
        if isinstance(child, Branch):
            if inner := _pruned(child).children:
                children[name] = Branch(inner, child.mark, child.key_marks)
        elif child.mark.file != FILE:
            children[name] = child
    return Branch(children, branch.mark, branch.key_marks)


def _steps_page(view: View) -> Page:
    from dacu.sim.steps import STEPS

    rows = [
        [step.zh if view.lang == "zh" else step.en, _listed(step.reads), _listed(step.writes),
         _listed(tuple(stream.name.lower() for stream in step.streams))]
        for step in STEPS
    ]  # fmt: skip
    data = [
        {"id": s.id, "zh": s.zh, "en": s.en, "reads": s.reads, "writes": s.writes,
         "streams": [stream.name.lower() for stream in s.streams]}
        for s in STEPS
    ]  # fmt: skip
    return Page(data, (Section("", ("step", "reads", "writes", "draws"), rows),))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "–"
