"""Trees written again read back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from dacu.errors import Mark
from dacu.language.source import parse_mapping
from dacu.language.text import dump, flow
from dacu.language.tree import Branch, Leaf, Node, Sequence
from dacu.language.validate import plain

MARK = Mark("a.yaml", 3, 5)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    [
        "null",
        "~",
        "-5万",
        "12:30",
        "%",
        "- a",
        "---",
        "...",
        "a: b",
        "a #b",
        "yes",
        "!x",
        "*x",
        "&x",
        "1,2",
        "'",
        "\n\t",
    ]
)
keys = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8).filter(lambda key: key != "<<")


def branch(children: dict[str, Node]) -> Branch:
    return Branch(children, MARK, dict.fromkeys(children, MARK))


leaf = st.builds(Leaf, texts | st.none(), st.just(MARK))
nodes = st.recursive(
    leaf,
    lambda inner: (
        st.dictionaries(keys, inner, max_size=3).map(branch)
        | st.lists(inner, max_size=3).map(lambda items: Sequence(tuple(items), MARK))
    ),
    max_leaves=8,
)


@given(st.dictionaries(keys.filter(lambda key: key != "dacu"), nodes, max_size=4).map(branch))
def test_a_dumped_tree_reads_back(tree: Branch) -> None:
    read = plain(parse_mapping(dump(tree), "f.yaml"))
    assert read.pop("dacu") == "1"
    assert read == plain(tree)


def test_each_value_is_followed_by_its_origin() -> None:
    tree = branch(
        {"channels": branch({"千川.直播": branch({"budget": Leaf("20万", MARK)})}), "name": Leaf("a: b", MARK)}
    )
    assert dump(tree) == ('dacu: 1\nchannels:\n  千川.直播:\n    budget: 20万  # a.yaml:3\nname: "a: b"  # a.yaml:3\n')
    assert "#" not in dump(tree, origins=False)


def test_a_node_on_one_line() -> None:
    tree = parse_mapping("a: [1, {b: x y, c: ~}]", "f.yaml")
    assert flow(tree.children["a"]) == "[1, {b: x y, c: null}]"
