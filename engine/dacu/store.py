"""The only module that opens the planner's files."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dacu.errors import Finding, InputError

T = TypeVar("T")

LARGEST_TEXT = 5_000_000
"""Bytes a scenario file may have."""
LOCK_FILE = "scenario.lock.yaml"
"""The resolved scenario in the folder of a finished run."""


def read_text(path: str | Path) -> str:
    """The text of a UTF-8 file, links followed, a byte-order mark dropped.

    Raises InputError when there is no such file, or it is a folder, no regular file, larger than 5 MB, or
    no text.
    """
    name = str(path)
    _check_regular(name)
    raw = _attempt(name, lambda: _head(name))
    if len(raw) > LARGEST_TEXT:
        raise InputError(Finding("file_too_large", value=name, args={"most": str(LARGEST_TEXT // 1_000_000)}))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Finding("file_not_text", value=name)) from None
    if "\0" in text:
        raise InputError(Finding("file_not_text", value=name))
    return text


def read_scenario(reference: str) -> tuple[str, str]:
    """File and text of a scenario reference without its variants: a file, or the folder of a finished run."""
    if not os.path.isdir(reference):
        return reference, read_text(reference)
    lock = os.path.join(reference, LOCK_FILE)
    if not os.path.lexists(lock):
        raise InputError(Finding("folder_without_run", value=reference, args={"lock": LOCK_FILE}))
    return lock, read_text(lock)


def _head(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read(LARGEST_TEXT + 1)


def _check_regular(name: str) -> None:
    """Asked before opening: opening a pipe would wait for ever."""
    mode = _attempt(name, lambda: os.stat(name).st_mode)
    if stat.S_ISDIR(mode):
        raise InputError(Finding("file_is_folder", value=name))
    if not stat.S_ISREG(mode):
        raise InputError(Finding("file_not_regular", value=name))


def _attempt(name: str, act: Callable[[], T]) -> T:
    try:
        return act()
    except FileNotFoundError:
        raise InputError(Finding("file_missing", value=name, hint=_neighbour(name))) from None
    except (OSError, ValueError) as error:
        why = error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
        raise InputError(Finding("file_unreadable", value=name, args={"why": why})) from None


def _neighbour(name: str) -> str:
    """The file beside it that was probably meant."""
    folder, base = os.path.split(name)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return ""
    return next((os.path.join(folder, found) for found in difflib.get_close_matches(base, names, n=1)), "")
