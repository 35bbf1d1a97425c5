"""docs/errors.md: an entry a code."""

from __future__ import annotations

from collections.abc import Iterator

from error_codes import ROOT, Group, groups

from dacu import words

PAGE = ROOT / "docs" / "errors.md"
INTRODUCTION = """\
# Errors and warnings · 错误与提醒

Made by `make errors` of the sentences in `engine/dacu/words` and of `tests/errors/meanings.toml`; not written by hand.

Each message has a code, which never changes its meaning; `--format json` prints it on stdout as
`{errors: [{code, file, line, col, path, value, hint, message}]}`. `{…}` below is filled with what was written or found.
What a code means and what to do stands at the head of its group.
每条提示都有一个含义不变的代码;`--format json` 时在标准输出给出上述 JSON。下文 `{…}` 处会填入实际内容;
代码的含义与处理办法写在各组开头。

"""
ENDS = {
    0: ("a warning: the run goes on", "提醒:照常运行"),
    1: ("exit code 1: the answer is no", "退出码 1:答案为否"),
    2: ("exit code 2: bad input or usage", "退出码 2:输入或用法有误"),
    3: ("exit code 3: a fault in dacu", "退出码 3:dacu 自身故障"),
}


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "\n".join("\n".join(_group(group)) for group in groups())


def _group(group: Group) -> Iterator[str]:
    en, zh = ENDS[group.exit]
    yield f"## {group.title['en']} · {group.title['zh']}\n"
    yield f"{group.means['en']} What to do: {group.do['en']} ({en})\n"
    yield f"{group.means['zh']}怎么办:{group.do['zh']}({zh})\n"
    for code in group.codes:
        sentence = words.catalogue()[code]
        yield f"### `{code}`\n\n- {_plain(sentence['en'])}\n- {_plain(sentence['zh'])}\n"


def _plain(text: str) -> str:
    """A sentence as Markdown that means nothing but itself."""
    return "".join(f"\\{char}" if char in "\\`*_|<>[]#" else char for char in text)
