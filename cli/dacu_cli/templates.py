"""Shipped scenarios to start from."""

from __future__ import annotations

import os
from collections.abc import Sequence

from dacu import store
from dacu.errors import Finding, InputError, nearest
from dacu.language.chain import chain


def names() -> list[str]:
    """`starter`, `budget_618` …"""
    return [os.path.splitext(os.path.basename(name))[0] for name in store.shipped_scenarios()]


def family(name: str, option: str) -> list[str]:
    """References of the shipped scenario `name` and of what it extends. Raises InputError where there is none."""
    known = names()
    if name not in known:
        args = {"known": ", ".join(known)}
        raise InputError(Finding("cli_no_template", None, option, name, args, nearest(known, name)))
    return [file.name for file in chain(f"{store.SHIPPED}/{name}.yaml", read)]


def read(reference: str) -> tuple[str, str]:
    """A shipped scenario, whatever the working directory holds."""
    return reference, store.shipped_text(reference)


def bring(references: Sequence[str], folder: str) -> None:
    """Write shipped scenarios into a folder, unless they stand there already."""
    for reference in references:
        beside = os.path.join(folder, os.path.relpath(reference, store.SHIPPED))
        store.same_file(beside, store.shipped_text(reference))
