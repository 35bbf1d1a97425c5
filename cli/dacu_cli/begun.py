"""Where a study starts from: its file, or the folder of one that was begun; where its rows run, how far they are."""

from __future__ import annotations

import os.path
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dacu.errors import Finding, InputError
from dacu_cli.view import View

if TYPE_CHECKING:
    from dacu.journal import Journal
    from dacu.store import Folder
    from dacu.study.batch import Beat, Pool

STUDY = "study.yaml"
"""The study file in the folder of its run."""


class Begun(NamedTuple):
    """A study file as it was first given, the agents asked for then, and the samples drawn on top since."""

    file: str
    text: str
    agents: int | None = None
    extended: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """`sale_drivers`."""
        return os.path.splitext(os.path.basename(self.file))[0]


def begun(file: str | None, resume: str | None, agents: int | None, extend: int | None) -> Begun:
    """The study of a file, or of a folder with what was asked for when it was begun; it goes on with its agents.

    Raises InputError unless it is one of both.
    """
    from dacu.store import manifest_of, read_file, read_text

    more = (extend,) if extend else ()
    if file is not None and resume is None:
        return Begun(file, read_file(file), agents, more)
    if resume is None or file is not None:
        raise InputError(Finding("study_file_or_resume"))
    if agents is not None:
        raise InputError(Finding("study_keeps_agents", None, "--agents", str(agents)))
    text, told = read_text(os.path.join(resume, STUDY)), manifest_of(resume)
    return Begun(told["study"]["file"], text, told["agents"], (*told["extended"], *more))


@contextmanager
def place_of(
    view: View,
    start: Begun,
    resume: str | None,
    out: str | None,
    facts: Mapping[str, Any],
    stands_on: Mapping[str, str],
) -> Iterator[tuple[Folder, Journal]]:
    """Folder and journal of a study, new ones or those it had.

    Once there is a journal the folder is never discarded; one that cannot be gone on with is left as it is.
    """
    from dacu import journal
    from dacu.store import resumed_folder, run_folder

    if resume is not None:
        with (
            journal.opened(Path(resume), stands_on) as kept,
            resumed_folder(resume, facts) as folder,
            _kept(view, folder, kept) as both,
        ):
            yield both
        return
    with run_folder(out, f"{start.name}-study", facts) as folder:
        folder.write_text(STUDY, start.text)
        with journal.opened(folder.path, stands_on) as kept:
            folder.precious = True
            with _kept(view, folder, kept) as both:
                yield both


@contextmanager
def pool_of(view: View, workers: int, cluster: str | None) -> Iterator[Pool]:
    """The cluster, or else so many processes, or else this one."""
    from dacu.study import pools

    if cluster is None:
        yield pools.Processes(workers) if workers > 1 else pools.Serial()
        return
    there = pools.Cluster(cluster)
    view.warn(there.findings)
    try:
        yield there
    finally:
        there.close()


@contextmanager
def running(view: View) -> Iterator[Callable[[Beat], None]]:
    """A line of progress on a terminal."""
    with view.status() as tell:
        yield lambda beat: tell(view.say("study_beat", **_told(beat)))


@contextmanager
def _kept(view: View, folder: Folder, journal: Journal) -> Iterator[tuple[Folder, Journal]]:
    """Whatever stops a study, how to go on."""
    view.warn(journal.findings)
    try:
        yield folder, journal
    except BaseException:
        view.remark(view.say("study_stopped", line=shlex.join(["dacu", "study", "--resume", str(folder.path)])))
        raise


def _told(beat: Beat) -> dict[str, object]:
    left = round(beat.left)
    clock = f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02}"
    return {"done": beat.done, "failed": beat.failed, "todo": beat.todo, "rate": f"{beat.rate:.2g}", "left": clock}
