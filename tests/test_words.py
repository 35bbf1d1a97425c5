"""Every sentence exists in both languages and takes the same values."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dacu import words
from dacu.kpis import KPIS

ROOT = Path(__file__).parents[1]
SPOKEN_AS = {
    "words": "", "View": "cli_", "view": "cli_", "self": "cli_", "dacu_cli.page": "cli_",
    "dacu_cli.onepage.sheet": "onepage_", "said": "report_", "spoken": "",
}  # fmt: skip
"""What comes before the key that a speaker is given: by the name it is called on, or by where it was imported from."""
PREFIXES = ("", "cli_", "cli_opt_", "cli_verb_", "column_", "onepage_", "report_", "sheet_", "card_")
"""What some part of dacu puts before the keys of its own sentences."""
FEWEST = 2
"""Letters that a key built from a variable must have of its own, to be told from any text."""
MAKERS = {"Finding", "Problem", "Unreadable", "refusal"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(words.catalogue()))
def test_a_sentence_says_the_same_in_both_languages(key: str) -> None:
    texts = words.catalogue()[key]
    assert set(texts) == set(words.LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert placeholders(texts["zh"]) == placeholders(texts["en"])


def test_values_are_filled_in_and_not_read_again() -> None:
    assert words.say("en", "below_minimum", value="{x}", bound="0") == "{x} is below 0"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        words.say("en", "no_such_key")


def raised_in(source: Path) -> set[str]:
    """The codes that a file's findings are made with."""
    calls = (node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in MAKERS and call.args)
    return {str(call.args[0].value) for call in named if isinstance(call.args[0], ast.Constant)}


def test_every_code_that_is_raised_has_its_sentence() -> None:
    raised = {code for source in Path(words.__file__).parents[1].rglob("*.py") for code in raised_in(source)}
    assert "unknown_key" in raised
    assert raised <= set(words.catalogue())


@cache
def sources() -> dict[Path, str]:
    """The text of every file that may name a sentence."""
    kinds = (f"{room}/**/*.{kind}" for room in ("engine", "cli") for kind in ("py", "html", "j2"))
    files = (file for pattern in kinds for file in ROOT.glob(pattern))
    return {file: file.read_text(encoding="utf-8") for file in files}


@cache
def trees() -> dict[Path, ast.Module]:
    return {file: ast.parse(text) for file, text in sources().items() if file.suffix == ".py"}


def spoken_in(tree: ast.Module) -> Iterator[str]:
    """The keys that a file's calls of a speaker name outright."""
    homes = {name.asname or name.name: node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
             for name in node.names}  # fmt: skip
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        match call.func:
            case ast.Attribute(value=ast.Name(id=on), attr="say"):
                prefix = SPOKEN_AS.get(on)
            case ast.Name(id="say"):
                prefix = SPOKEN_AS.get(homes.get("say") or "")
            case ast.Name(id="said" | "spoken" as name):
                prefix = SPOKEN_AS[name]
            case _:
                continue
        texts = [arg.value for arg in call.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if prefix is not None and texts:
            yield prefix + texts[-1]


def test_every_sentence_that_is_spoken_is_there() -> None:
    spoken = {key for tree in trees().values() for key in spoken_in(tree)}
    templates = "".join(text for file, text in sources().items() if file.suffix != ".py")
    spoken |= {f"report_{key}" for key in re.findall(r"""said\(["'](\w+)["']""", templates)}
    assert {"cli_folder", "report_theme", "onepage_why_title", "plan_and_more"} <= spoken
    assert spoken - set(words.catalogue()) == set()


@cache
def built() -> tuple[re.Pattern[str], ...]:
    """Keys that are built from a variable, as patterns of what is fixed in them."""
    found: set[str] = set()
    for node in (node for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
        fixed = [part.value for part in node.values if isinstance(part, ast.Constant)]
        pattern = "".join(str(part.value) if isinstance(part, ast.Constant) else "([a-z0-9_]*)" for part in node.values)
        if all(re.fullmatch("[a-z0-9_]*", text) for text in fixed) and len("".join(fixed).strip("_")) >= FEWEST:
            found.add(pattern)
    own = {f"{prefix}([a-z0-9_]*)" for prefix in PREFIXES}  # the speakers themselves
    return tuple(re.compile(pattern) for pattern in sorted(found - own))


@cache
def named() -> frozenset[str]:
    """All words of the sources, as parts of keys that are built."""
    return frozenset(re.findall(r"[a-z0-9_]+", "".join(sources().values())))


@cache
def quoted() -> frozenset[str]:
    """All texts of the sources that could be keys."""
    return frozenset(re.findall(r"""["']([a-z][a-z0-9_]*)["']""", "".join(sources().values())))


def is_used(key: str) -> bool:
    """Whether the sources name a key, or build it of words that they name."""
    endings = [key.removeprefix(prefix) for prefix in PREFIXES if key.startswith(prefix)]
    return any(
        ending in quoted() or any(
            all(not part or part in named() for part in found.groups())
            for pattern in built() if (found := pattern.fullmatch(ending)))
        for ending in endings
    )  # fmt: skip


def test_every_sentence_is_used() -> None:
    assert not is_used("cli_no_such_sentence")
    assert [key for key in words.catalogue() if not is_used(key)] == []


FORMS = re.compile(r"双1[12]|满\d+减\d+|晚\d点|\d[万亿折]|、\d天")
"""What a planner writes, quoted."""
ONE_WORD = frozenset({
    "日均GMV", "活动期GMV", "峰值日GMV", "活动后7天GMV", "90天复购率", "保ROI", "保GMV", "末次触点GMV",
})  # fmt: skip
"""Names of figures that are no KPI and no column."""


def glued(text: str) -> list[str]:
    """Places where Chinese and Latin touch, outside names and quoted forms."""
    names = {kpi.zh for kpi in KPIS} | {texts["zh"] for key, texts in words.catalogue().items() if key[:7] == "column_"}
    for name in sorted(names | ONE_WORD, key=len, reverse=True):
        text = text.replace(name, f"{name[0]}·{name[-1]}")  # its ends meet its neighbours
    return re.findall(r".{,4}(?:[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]).{,4}", FORMS.sub("", text))


@pytest.mark.parametrize("key", sorted(words.catalogue()))
def test_a_blank_stands_between_chinese_and_latin(key: str) -> None:
    told = words.say("zh", key, **dict.fromkeys(placeholders(words.catalogue()[key]["zh"]), "x1"))
    assert key.startswith("column_") or glued(told) == []


def test_what_is_glued_is_seen() -> None:
    assert glued("共 5万,双11 用 满300减50;支付GMV 与订单") == []
    assert all(glued(text) for text in ("预算3 份", "占 3%的", "支付GMV与订单", "汇总的GMV 为"))


@pytest.mark.parametrize(
    ("name", "figure", "told"),
    [("tiny", "GMV", "tiny 的 GMV 毫无变化。"), ("加预算", "支付GMV", "加预算的支付GMV 毫无变化。"),
     ("tiny+5%", "客单价", "tiny+5% 的客单价毫无变化。")],
)  # fmt: skip
def test_a_value_has_its_blanks_where_it_is_latin(name: str, figure: str, told: str) -> None:
    assert words.say("zh", "verdict_same", name=name, figure=figure) == told
