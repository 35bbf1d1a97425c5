"""What the figures stand on and may not be so: coefficients changed or guessed, history and targets missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dacu import words
from dacu.behaviour.parameters import table
from dacu.language.paths import split_path
from dacu_cli.onepage.sheet import first, say, short

if TYPE_CHECKING:
    from dacu.calibrate.history import Settled
    from dacu.scenario.load import Loaded

GUESSES = ("C", "P")
"""Evidence grades without a published estimate behind them."""
MOST, QUOTED = 5, 3


def assumptions(settled: Settled, moved: Iterable[str], lang: str, *, worlds: bool = False) -> tuple[str, ...]:
    """The assumptions that matter, the weightiest first; `moved` are the lines (paths) that the answer turns on."""
    loaded = settled.loaded
    told = (*_history(settled, lang), *_overridden(loaded, lang), *_guessed(loaded, moved, lang),
            *_targets(loaded, lang))  # fmt: skip
    return first(told if worlds else (*told, say(lang, "worlds_not_drawn")), MOST)


def _history(settled: Settled, lang: str) -> Iterator[str]:
    red = [check for check in settled.checks if check.red]
    if not settled.checks:
        yield say(lang, "no_history")
    elif red:
        names = ", ".join(dict.fromkeys(short(check.platform) for check in red))
        yield say(lang, "history_off", count=len(red), of=len(settled.checks), platforms=names)


def _overridden(loaded: Loaded, lang: str) -> Iterator[str]:
    changes = loaded.overridden
    if changes:
        quoted = _listed([f"{path} {old} → {new}" for path, old, new in changes], lang)
        yield say(lang, "overridden", count=len(changes), quoted=quoted)


def _guessed(loaded: Loaded, moved: Iterable[str], lang: str) -> Iterator[str]:
    """Coefficients of the media that the moved lines buy, where nothing published stands behind them."""
    channels = loaded.scenario.channels
    names = [split_path(path)[-1] for path in moved if path.startswith("channels.")]
    lines = [(name, channels[name]) for name in names if name in channels]
    media = tuple({f"behaviour.channels.{line.channel.label}." for _, line in lines if line.channel is not None})
    guesses = [one for one in table() if one.grade in GUESSES and one.path.startswith(media)]
    if guesses:
        listed = _listed([short(name) for name, _ in lines], lang)
        quoted = _listed([p.path.removeprefix("behaviour.") for p in guesses if p.path.endswith(".click_rate")], lang)
        grades = "/".join(grade for grade in GUESSES if any(p.grade == grade for p in guesses))
        yield say(lang, "guessed", lines=listed, count=len(guesses), grades=grades, quoted=quoted)


def _targets(loaded: Loaded, lang: str) -> Iterator[str]:
    if not loaded.scenario.targets:
        yield say(lang, "no_targets")


def _listed(names: Sequence[str], lang: str) -> str:
    """The first few, and how many more there are."""
    told = words.listed(names[:QUOTED], lang)
    return told if len(names) <= QUOTED else say(lang, "and_more", listed=told, count=len(names) - QUOTED)
