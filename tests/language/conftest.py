"""Scenario files that live in memory."""

from collections.abc import Callable, Iterable

import pytest

from dacu.errors import Finding, InputError
from dacu.language.compose import Composed, compose

Compose = Callable[..., Composed]


@pytest.fixture
def composed() -> Compose:
    """`composed(files, reference, *sets)`: a reference composed from a dict of texts; `dacu: 1` is put first."""

    def build(files: dict[str, str], reference: str = "a.yaml", *sets: str) -> Composed:
        def read(path: str) -> tuple[str, str]:
            if path not in files:
                raise InputError(Finding("file_missing", value=path))
            return path, "dacu: 1\n" + files[path]

        return compose(reference, sets, read=read)

    return build


@pytest.fixture
def refused(composed: Compose) -> Callable[..., Iterable[Finding]]:
    """As `composed`, for what must not compose: its findings."""

    def build(files: dict[str, str], reference: str = "a.yaml", *sets: str) -> tuple[Finding, ...]:
        with pytest.raises(InputError) as error:
            composed(files, reference, *sets)
        return error.value.findings

    return build
