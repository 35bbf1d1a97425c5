"""Parents, variants and settings: who wins, who set what, and what is refused. Line 1 of each file is `dacu: 1`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dacu.errors import Finding, InputError, Mark
from dacu.language.compose import Composed, compose, leaves, split_reference
from dacu.language.source import parse_mapping
from dacu.language.text import dump

Compose = Callable[..., Composed]
Refused = Callable[..., tuple[Finding, ...]]


def values(scenario: Composed) -> dict[str, Any]:
    return {path: leaf.text for path, leaf in leaves(scenario.tree)}


def test_settings_beat_variants_beat_the_file_beat_its_parents(composed: Compose) -> None:
    files = {
        "a.yaml": "extends: b.yaml\nx: {c: a, d: a, e: a}\nvariants: {v: {x: {d: v, e: v}}}",
        "b.yaml": "extends: c.yaml\nx: {b: b, c: b}",
        "c.yaml": "x: {a: c, b: c}",
    }
    scenario = composed(files, "a.yaml+v", "x.e=set")
    assert values(scenario) == {"x.a": "c", "x.b": "b", "x.c": "a", "x.d": "v", "x.e": "set"}
    assert scenario.files == ("a.yaml", "b.yaml", "c.yaml")
    assert scenario.name == "a+v"


def test_every_leaf_knows_the_line_that_set_it(composed: Compose) -> None:
    files = {"a.yaml": "extends: b.yaml\nx:\n  c: 1\nvariants:\n  v: {x: {d: 1}}", "b.yaml": "x: {b: 1, c: 0}"}
    scenario = composed(files, "a.yaml+v", "y=2", "x.e=1")
    assert {path: str(leaf.mark) for path, leaf in leaves(scenario.tree)} == {
        "x.b": "b.yaml:2:8",
        "x.c": "a.yaml:4:6",
        "x.d": "a.yaml:6:14",
        "y": "--set:1:3",
        "x.e": "--set:2:5",
    }


def test_a_tree_given_by_the_caller_is_the_root_parent() -> None:
    root = parse_mapping("behaviour: {ctr: 0.034, cart: 0.09}", "parameters.yaml")
    scenario = compose("a.yaml", ["behaviour.cart=0.1"], root, read=lambda path: (path, "dacu: 1\nname: x"))
    assert values(scenario) == {"behaviour.ctr": "0.034", "behaviour.cart": "0.1", "name": "x"}


def test_null_removes_a_named_thing(composed: Compose) -> None:
    files = {"a.yaml": "extends: b.yaml\nkols: {lin: null}", "b.yaml": "kols: {lin: {fee: 1}, wu: {fee: 2}}"}
    assert values(composed(files)) == {"kols.wu.fee": "2"}
    assert values(composed(files, "a.yaml", "kols.wu=")) == {}


def test_null_over_nothing_stays_for_the_schema_to_judge(composed: Compose) -> None:
    assert values(composed({"a.yaml": "kols: {lin: null}"})) == {"kols.lin": None}


def test_the_keys_of_the_file_language_are_no_part_of_the_tree(composed: Compose) -> None:
    scenario = composed({"a.yaml": "extends: b.yaml\nname: a\nvariants: {v: {x: 1}}", "b.yaml": "name: b"})
    assert list(scenario.tree.children) == ["name"]
    assert scenario.variants_available == ("v",)


def test_variants_are_inherited_continued_and_dropped(composed: Compose) -> None:
    files = {
        "a.yaml": "extends: b.yaml\nk: {z: 1}\nvariants: {v: {y: 2}, gone: null}",
        "b.yaml": "variants: {v: {x: 1, k: {z: null}}, gone: {x: 5}}",
    }
    scenario = composed(files, "a.yaml+v")
    assert values(scenario) == {"x": "1", "y": "2"}
    assert scenario.variants_available == ("v",)


def test_the_order_of_variants_does_not_matter(composed: Compose) -> None:
    files = {"a.yaml": "x: {a: 0, b: 0}\nvariants: {v: {x: {a: 1}}, w: {x: {b: 1, c: {}}}, u: {x: {c: {d: 1}}}}"}
    assert values(composed(files, "a.yaml+v+w+u")) == values(composed(files, "a.yaml+u+w+v"))


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        ("{x: {a: 1}}", "{x: {a: 1}}", "x.a"),
        ("{x: null}", "{x: {a: 1}}", "x.a"),
        ("{x: {a: 1}}", "{x: null}", "x.a"),
        ("{x: 5}", "{x: {a: 1}}", "x.a"),
        ("{x: [1]}", "{x: [1]}", "x"),
        ("{x: {}}", "{x: null}", "x"),
        ("{x: null}", "{x: {a: null}}", "x.a"),
    ],
)
def test_two_variants_on_one_leaf_are_refused_with_both_lines(
    refused: Refused, first: str, second: str, path: str
) -> None:
    (finding,) = refused({"a.yaml": f"variants:\n  v: {first}\n  w: {second}"}, "a.yaml+v+w")
    assert (finding.code, finding.path) == ("variants_collide", path)
    assert finding.mark is not None
    assert {finding.mark.line, int(finding.args["where"].partition(":")[2])} == {3, 4}


def test_two_variants_may_remove_the_same_thing(composed: Compose) -> None:
    files = {"a.yaml": "kols: {a: {f: 1}, b: {f: 1}}\nvariants: {v: {kols: {a: null}}, w: {kols: {a: null}, x: 1}}"}
    assert values(composed(files, "a.yaml+v+w")) == {"kols.b.f": "1", "x": "1"}


def test_an_unknown_variant_is_refused_with_the_one_meant(refused: Refused) -> None:
    (finding,) = refused({"a.yaml": "variants: {deep_coupon: {x: 1}}"}, "a.yaml+deep-cupon")
    assert (finding.code, finding.hint) == ("variant_unknown", "deep_coupon")


def test_a_circle_of_parents_is_refused_with_the_chain(refused: Refused) -> None:
    (finding,) = refused({"a.yaml": "extends: b.yaml", "b.yaml": "\nextends: a.yaml"})
    assert finding.args["chain"] == "a.yaml → b.yaml → a.yaml"
    assert finding.mark == Mark("b.yaml", 3, 10)


def test_parents_are_relative_to_their_child_and_at_most_thirty_two_deep(composed: Compose, refused: Refused) -> None:
    assert composed({"d/a.yaml": "extends: ../b.yaml", "b.yaml": "x: 1"}, "d/a.yaml").files == ("d/a.yaml", "b.yaml")
    chain = {f"{i}.yaml": f"extends: {i + 1}.yaml" for i in range(33)}
    assert refused(chain, "0.yaml")[0].code == "extends_too_deep"
    assert len(composed(chain | {"32.yaml": ""}, "1.yaml").files) == 32


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("extends: https://x.cn/b.yaml", "extends_url", 2),
        ("extends: [b.yaml]", "extends_not_text", 2),
        ("extends: missing.yaml", "file_missing", 2),
        ("variants: [v]", "variants_not_named", 2),
        ("variants:\n  v: 5", "variants_not_named", 3),
        ("variants:\n  v: {extends: b.yaml}", "variant_reserved", 3),
    ],
)
def test_what_is_wrong_about_extends_and_variants_is_told_at_its_line(
    refused: Refused, text: str, code: str, line: int
) -> None:
    (finding,) = refused({"a.yaml": text})
    assert (finding.code, finding.mark and finding.mark.line) == (code, line)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name: x\n", "version_missing"),
        ("name: x\ndacu: 1\n", "version_missing"),
        ("dacu: {a: 1}\n", "version_missing"),
        ("dacu: 2\n", "version_unknown"),
        ("dacu:\n", "version_unknown"),
        ("dacu: 1.0\n", "version_unknown"),
    ],
)
def test_a_file_starts_with_the_version(text: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        compose("a.yaml", read=lambda path: (path, text))
    assert refused.value.findings[0].code == code


def test_a_setting_is_taken_as_it_is_unless_it_starts_a_list_mapping_or_quote(composed: Compose) -> None:
    sets = ["a=晚8点: #1", "b=[1, 2]", "c={d: 5万}", 'e="x"', 'channels."千川.直播".f=1:5.3']
    assert values(composed({"a.yaml": ""}, "a.yaml", *sets)) == {
        "a": "晚8点: #1",
        "b.0": "1",
        "b.1": "2",
        "c.d": "5万",
        "e": "x",
        'channels."千川.直播".f': "1:5.3",
    }


@pytest.mark.parametrize("setting", ["x", "=1", "dacu=2", "extends=b.yaml", "a=[1", "." * 9 + "=1", "a." * 70 + "b=1"])
def test_a_bad_setting_is_refused(refused: Refused, setting: str) -> None:
    assert len(refused({"a.yaml": ""}, "a.yaml", setting)) == 1


@pytest.mark.parametrize(
    ("reference", "path", "variants"),
    [
        ("a.yaml", "a.yaml", ()),
        ("a.yaml+v+w", "a.yaml", ("v", "w")),
        ("c++/a+b.yml+v", "c++/a+b.yml", ("v",)),
        ("out/run-1", "out/run-1", ()),
        ("out/run+v", "out/run", ("v",)),
    ],
)
def test_a_reference_is_a_file_and_variants(reference: str, path: str, variants: tuple[str, ...]) -> None:
    assert split_reference(reference) == (path, variants)


def test_the_folder_of_a_run_composes_to_what_was_run(tmp_path: Path, composed: Compose) -> None:
    files = {"a.yaml": "name: 双11\nx: {a: 1, b: [1, {c: ~}]}\nvariants: {v: {x: {d: 24:00}}}"}
    run = composed(files, "a.yaml+v", "x.e=off")
    (tmp_path / "scenario.lock.yaml").write_text(dump(run.tree), encoding="utf-8")
    again = compose(str(tmp_path))
    assert values(again) == values(run)
    assert again.name == tmp_path.name
