"""Text → tree: values stay text, every node knows its place, hostile files are refused."""

import pytest

from dacu.errors import InputError, Mark
from dacu.language.source import parse, parse_mapping
from dacu.language.tree import Branch, Leaf, Sequence, find, is_unset, walk


def refusal(text: str) -> tuple[str, Mark | None]:
    with pytest.raises(InputError) as refused:
        parse_mapping(text, "f.yaml")
    (finding,) = refused.value.findings
    return finding.code, finding.mark


@pytest.mark.parametrize(
    "text", ["off", "NO", "010", "12:30", "1:5.3", "24:00", "1e5", "2026-13-45", "yes", "=", "0x1F"]
)
def test_a_scalar_means_what_its_text_says(text: str) -> None:
    assert parse_mapping(f"a: {text}", "f.yaml").children["a"] == Leaf(text, Mark("f.yaml", 1, 4))


def test_a_key_is_what_its_text_says() -> None:
    assert list(parse_mapping("off: 1\n1111: 2\n千川.直播: 3", "f.yaml").children) == ["off", "1111", "千川.直播"]


@pytest.mark.parametrize("text", ["a:", "a: ~", "a: null", "a: NULL"])
def test_nothing_is_not_set(text: str) -> None:
    assert is_unset(parse_mapping(text, "f.yaml").children["a"])


def test_a_quoted_null_is_a_text() -> None:
    assert parse_mapping("a: 'null'", "f.yaml").children["a"] == Leaf("null", Mark("f.yaml", 1, 4))


def test_marks_point_at_values_and_at_keys_of_mappings() -> None:
    tree = parse_mapping("a:\n  b: 1\n  千川: [x, y]\n", "f.yaml")
    assert find(tree, ("a", "b"))[1:] == (Mark("f.yaml", 2, 6), True)
    assert find(tree, ("a",))[1] == Mark("f.yaml", 1, 1)
    assert find(tree, ("a", "千川", "1"))[1] == Mark("f.yaml", 3, 11)
    assert find(tree, ("a", "c", "d"))[1:] == (Mark("f.yaml", 1, 1), False)


def test_walk_ends_at_leaves_lists_and_empty_mappings() -> None:
    paths = {path: type(node) for path, node in walk(parse_mapping("a: {b: 1, c: {}, d: [1]}", "f.yaml"))}
    assert paths == {("a", "b"): Leaf, ("a", "c"): Branch, ("a", "d"): Sequence}


def test_an_alias_repeats_what_its_anchor_holds() -> None:
    tree = parse_mapping("a: &x {k: 1}\nb: *x\n", "f.yaml")
    assert tree.children["b"] == tree.children["a"]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "empty_file", 1, 1),
        ("# only a comment\n", "empty_file", 1, 1),
        ("- a\n- b\n", "not_a_mapping", 1, 1),
        ("hello", "not_a_mapping", 1, 1),
        ("a: 1\nb: 2\na: 3\n", "duplicate_key", 3, 1),
        ("a:\n\tb: 1\n", "yaml_tab", 2, 1),
        ("a: 1\n---\nb: 2\n", "several_documents", 2, 1),
        ("a: &x 1\n<<: {b: 1}\n", "merge_key", 2, 1),
        ("a: !!int 5", "yaml_tag", 1, 4),
        ("a: !x {b: 1}", "yaml_tag", 1, 4),
        ("a: *x", "yaml_alias", 1, 4),
        ("a: &x [*x]", "yaml_alias", 1, 8),
        ("? [a]\n: 1\n", "key_not_text", 1, 3),
        ("'': 1", "empty_key", 1, 1),
        ("a\u202eb: 1", "hidden_character", 1, 1),
        ("a\u200bb: 1", "hidden_character", 1, 1),
        ("a: 1\nb: \0", "unprintable", 2, 4),
        ("a: \ud800", "unprintable", 1, 4),
        ("a: 1\nb: 2: 3\n", "yaml_colon", 2, 5),
        ("a: 'x\n", "yaml_open_quote", 2, 1),
        ("a: [1, 2\nb: 3\n", "yaml_layout", 2, 2),
        ("a: @x", "yaml_character", 1, 4),
    ],
)
def test_what_is_refused_is_refused_at_its_place(text: str, code: str, line: int, column: int) -> None:
    assert refusal(text) == (code, Mark("f.yaml", line, column))


def test_sixty_four_levels_are_read_and_sixty_five_are_not() -> None:
    assert isinstance(parse_mapping("a: " + "[" * 63 + "]" * 63, "f.yaml"), Branch)
    assert refusal("a: " + "[" * 64 + "]" * 64)[0] == "too_deep"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_hundred_thousand_levels_are_refused_without_a_crash(opening: str) -> None:
    assert refusal("a:\n  " + opening * 100_000)[0] == "too_deep"


def test_an_alias_bomb_is_refused_without_being_built() -> None:
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert refusal("\n".join(["a0: &a0 [lol, lol]", *levels]))[0] == "too_many_aliases"


def test_doubling_merge_keys_are_refused_at_once() -> None:
    levels = [f"a{i}: &a{i}\n  <<: [*a{i - 1}, *a{i - 1}]" for i in range(1, 41)]
    assert refusal("\n".join(["a0: &a0 {k: 1}", *levels]))[0] == "merge_key"


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    root = parse("\ufeffdacu: 1", "f.yaml")
    assert isinstance(root, Branch)
    assert list(root.children) == ["dacu"]
