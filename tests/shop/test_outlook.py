from dacu.shop.bill import Rulebook
from dacu.shop.offers import Claim, Kind, Offer, Step, Window
from dacu.shop.outlook import Outlook

LIST = (10_000, 30_000)
DAY = 24


def cut(name: str, permille: int, *windows: Window, **more: object) -> Offer:
    return Offer(path=f"promotions.{name}", kind=Kind.UNIT_CUT, skus=(0, 1), windows=windows, cut=permille, **more)  # type: ignore[arg-type]


def outlook(*rules: Offer) -> Outlook:
    return Outlook(Rulebook(rules, LIST))


def coming(view: Outlook, t: int, platform: int = 0) -> tuple[list[int], list[float]]:
    price, days = view.coming(t, platform)
    return price.tolist(), days.tolist()


def last_sale(view: Outlook, t: int, platform: int = 0) -> tuple[list[int], list[float]]:
    price, days = view.last_sale(t, platform)
    return price.tolist(), days.tolist()


def test_the_lowest_price_of_a_stretch_sees_each_turn_within_it() -> None:
    view = outlook(cut("sale", 200, Window(10, 12)), cut("short", 500, Window(30.25, 30.5)))
    stretches = [(0, 10), (0, 11), (11, 30), (12, 48), (31, 48)]
    assert [int(view.lowest(*hours, 0)[0]) for hours in stretches] == [10_000, 8_000, 8_000, 5_000, 10_000]


def test_a_sale_is_awaited_from_its_announcement_to_its_start() -> None:
    view = outlook(cut("sale", 200, Window(10 * DAY, 11 * DAY, announce=4 * DAY)))
    assert coming(view, 4 * DAY - 1) == ([10_000, 30_000], [0, 0])
    assert coming(view, 4 * DAY) == ([8_000, 24_000], [6, 6])
    assert coming(view, 10 * DAY - 6) == ([8_000, 24_000], [0.25, 0.25])
    assert coming(view, 10 * DAY) == ([10_000, 30_000], [0, 0])


def test_a_surprise_is_never_awaited() -> None:
    assert coming(outlook(cut("sale", 200, Window(48, 72))), 24) == ([10_000, 30_000], [0, 0])


def test_the_lowest_of_two_announced_sales_is_awaited() -> None:
    view = outlook(cut("soon", 100, Window(48, 72, 0)), cut("later", 300, Window(96, 120, 0)))
    assert coming(view, 24) == ([7_000, 21_000], [3, 3])


def test_an_announced_threshold_counts_where_one_piece_reaches_it() -> None:
    full = Offer(
        path="promotions.full",
        kind=Kind.THRESHOLD,
        skus=(0, 1),
        windows=(Window(48, 72, 0),),
        steps=(Step(25_000, 5_000),),
    )
    assert coming(outlook(full), 24) == ([10_000, 25_000], [0, 1])


def test_coupons_audiences_and_other_platforms_are_not_public() -> None:
    window = Window(48, 72, 0)
    view = outlook(
        cut("members", 200, window, audience=1),
        cut("claimed", 200, window, claimed_at=Claim.VISIT),
        cut("elsewhere", 200, window, platform=1),
    )
    assert coming(view, 24) == ([10_000, 30_000], [0, 0])
    assert coming(view, 24, platform=1) == ([8_000, 24_000], [1, 1])


def test_a_sale_that_is_over_is_remembered_from_its_end_on() -> None:
    view = outlook(cut("sale", 200, Window(24, 48)))
    assert last_sale(view, 47) == ([10_000, 30_000], [0, 0])
    assert last_sale(view, 48) == ([8_000, 24_000], [0, 0])
    assert last_sale(view, 84) == ([8_000, 24_000], [1.5, 1.5])


def test_of_equal_sales_the_last_is_remembered_of_others_the_lowest() -> None:
    same = outlook(cut("sale", 200, Window(0, 24), Window(72, 96)))
    assert last_sale(same, 120) == ([8_000, 24_000], [1, 1])
    deeper_before = outlook(cut("deep", 300, Window(0, 24)), cut("flat", 100, Window(72, 96)))
    assert last_sale(deeper_before, 120) == ([7_000, 21_000], [4, 4])


def test_what_ran_together_at_the_end_makes_the_price_remembered() -> None:
    full = Offer(
        path="promotions.full", kind=Kind.THRESHOLD, skus=(1,), windows=(Window(0, 24),), steps=(Step(20_000, 4_000),)
    )
    assert last_sale(outlook(cut("sale", 200, Window(0, 24)), full), 24) == ([8_000, 20_000], [0, 0])
