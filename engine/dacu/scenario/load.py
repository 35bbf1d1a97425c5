"""From a reference to a scenario: compose, check, and keep what a run must be able to show again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dacu.behaviour.coefficients import Behaviour
from dacu.behaviour.parameters import overridden, read, root
from dacu.errors import DacuError, Finding, InputError
from dacu.language.chain import Reader
from dacu.language.compose import Composed, compose
from dacu.language.tree import Branch
from dacu.language.validate import misread as fields_misread
from dacu.language.validate import validate
from dacu.scenario.creator_table import with_tables
from dacu.scenario.model import Scenario, scenario_model
from dacu.store import read_scenario


@dataclass(frozen=True)
class Loaded:
    """A scenario ready to run: blocks, coefficients, and the tree with the place of every leaf."""

    scenario: Scenario
    behaviour: Behaviour
    composed: Composed

    @property
    def name(self) -> str:
        """`double11+deep_coupon`."""
        return self.composed.name

    @property
    def overridden(self) -> tuple[tuple[str, str, str], ...]:
        """Behavioural coefficients this scenario changes: (path, documented, here)."""
        return overridden(_behaviour(self.composed.tree))


def load(reference: str, sets: Sequence[str] = (), read_text: Reader = read_scenario) -> Loaded:
    """Load a scenario reference. Raises InputError with every finding at once."""
    return from_tree(composed(reference, sets, read_text))


def composed(reference: str, sets: Sequence[str] = (), read_text: Reader = read_scenario) -> Composed:
    """The tree of a reference on the documented coefficients, tables of creators read in; not checked yet."""
    found = compose(reference, sets, root(), read_text)
    return replace(found, tree=with_tables(found.tree, read_text))


def from_tree(composed: Composed) -> Loaded:
    """Check a composed tree, as `load` does."""
    coefficients, findings = _coefficients(_behaviour(composed.tree))
    scenario, wrong = validate(scenario_model(), _blocks(composed.tree))
    findings += wrong
    if findings or scenario is None or coefficients is None:
        raise InputError(*findings)
    return Loaded(scenario, scenario.operations.review.applied(coefficients), composed)


def misread(tree: Branch) -> list[Finding]:
    """What is wrong with single values of a composed tree; what no single value can tell is not asked."""
    return _coefficients(_behaviour(tree))[1] + fields_misread(scenario_model(), _blocks(tree))


def _blocks(tree: Branch) -> Branch:
    rest = {name: node for name, node in tree.children.items() if name != "behaviour"}
    return Branch(rest, tree.mark, tree.key_marks)


def _behaviour(tree: Branch) -> Branch:
    node = tree.children.get("behaviour")
    return node if isinstance(node, Branch) else Branch({}, tree.mark, {})


def _coefficients(tree: Branch) -> tuple[Behaviour | None, list[Finding]]:
    try:
        return read(tree), []
    except DacuError as error:
        return None, list(error.findings)
