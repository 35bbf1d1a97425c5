"""`dacu prices --basket`: what a basket costs, by the order and by the piece; and what is no basket."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from dacu.errors import InputError
from dacu.shop.bill import Line
from dacu_cli.app import run
from dacu_cli.baskets import read

SKUS = ("mask", "面霜 50ml", "a*2", "toner")


@pytest.mark.parametrize(
    ("written", "basket"),
    [
        ("mask", [(0, 1)]),
        ("mask*2, toner", [(0, 2), (3, 1)]),
        ("toner × 3、mask×１", [(0, 1), (3, 3)]),
        ("mask×2 + toner×1", [(0, 2), (3, 1)]),
        ("面霜 50ml*2,mask", [(0, 1), (1, 2)]),
        ("mask, mask*2", [(0, 3)]),
        ("a*2, a*2*3", [(2, 4)]),
    ],
)
def test_a_basket_is_read_in_the_order_of_the_goods(written: str, basket: list[tuple[int, int]]) -> None:
    assert read([written], SKUS) == (tuple(Line(*line) for line in basket),)


def test_the_same_basket_is_priced_once() -> None:
    assert len(read(["mask, toner", "toner, mask", "toner"], SKUS)) == 2


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InputError) as refused:
        read(["mask*0, tonner", "mask,,toner"], SKUS)
    assert [(f.code, f.hint) for f in refused.value.findings] == [
        ("below_minimum", ""), ("cli_basket_unknown", "toner"), ("cli_basket_empty", ""),
    ]  # fmt: skip


WRONG = {"soup*2": "soup", "soap*0": "soap*0", "": "soap", "soap,,cream": "soap,,cream", "soap*x": "x", "*2": "*2"}


@pytest.mark.parametrize("written", WRONG)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_no_basket_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tiny: str, written: str,
    lang: str,
) -> None:  # fmt: skip
    (tmp_path / "tiny.yaml").write_text(tiny, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["prices", "tiny.yaml", "--basket", written, "--lang", lang]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    assert shown.err.startswith("--basket  ")
    assert WRONG[written] in shown.err or written == ""
    assert ("soap" in shown.err) or written in ("soap*x", "*2", "")


def test_a_basket_and_a_number_of_pieces_are_not_asked_for_together(dacu: Any) -> None:
    done = dacu("prices", "tiny.yaml", "--basket", "soap", "--pieces", "2")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_basket_is_priced_by_the_order_and_by_the_piece(dacu: Any) -> None:
    found = json.loads(dacu("prices", "tiny.yaml", "--basket", "cream, soap*2", "--format", "json").stdout)["prices"]
    # 2 × 79 + 269 = 427, less 20: 7.4004… on the soap, 12.5995… on the cream
    assert {(row["day"], row["pay"]) for row in found} == {(1, 407), (2, 407)}
    soap, cream = found[0]["lines"]
    assert (soap["pay"], soap["piece_price"]) == (150.6, [{"price": 75.3, "pieces": 2}])
    assert (cream["pay"], cream["shop_off"]) == (256.4, 12.6)
    # fee 5% of 407 = 20.35, goods 2 × 21 + 60, parcel 4
    assert found[0]["margin"] == pytest.approx(407 - 20.35 - 102 - 4)


def test_a_table_of_lines_for_programs(dacu: Any) -> None:
    text = dacu("prices", "tiny.yaml", "--basket", "cream, soap*3", "--format", "csv").stdout
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["day"] == "1.0"]
    # 3 × 79 + 269 = 506, less 20: 9.3675… on the soap: 227.63 is 75.876… a piece
    assert [(row["sku"], row["line_pay"], row["piece_price"]) for row in rows] == [
        ("skus.soap", "227.63", "75.88×2 + 75.87×1"), ("skus.cream", "258.37", "258.37"),
    ]  # fmt: skip
    assert {row["pay"] for row in rows} == {"486.0"}


def test_a_sku_that_falls_below_its_floor_in_a_basket_is_warned_of_with_its_place(dacu: Any) -> None:
    done = dacu("prices", "tiny.yaml+deep", "--basket", "soap*3, cream")  # 60 × 237 ÷ 506 = 28.10 off: 69.63 a piece
    assert done.returncode == 0
    assert "tiny.yaml:6" in done.stderr
    assert "69.63" in done.stderr
    assert dacu("prices", "tiny.yaml", "--basket", "soap*3, cream").stderr == ""
