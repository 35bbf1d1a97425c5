"""Group activities (社群运营): themes, check-ins, draws. All make members talk; checking in brings people back."""

from __future__ import annotations

from dacu.errors import Finding, InputError
from dacu.language.block import Moment, Money, Text, Whole, item
from dacu.levers.activity import Activity, Kind
from dacu.levers.base import Lever, Stage, lever


class Scheduled(Lever):
    """Something that is on for a time, by whole days. Without a start it has been on since before the campaign."""

    start: Moment | None = item(None, zh="开始", en="start")
    end: Moment | None = item(None, zh="结束(不含)", en="end (not included)")

    def announce(self, stage: Stage, kind: Kind, fen: int, audience: int = 0, prizes: int = 0) -> None:
        """Tell the stage. InputError for a time that runs backwards."""
        calendar = stage.calendar
        first = float(calendar.first_hour) if self.start is None else calendar.hour(self.start)
        last = float(calendar.end_hour) if self.end is None else calendar.hour(self.end)
        if last <= first:
            raise InputError(Finding("activity_ends_before_start", path=f"{stage.path}.end", value=str(self.end)))
        stage.activity(Activity(kind, first, last, audience, fen, prizes))


@lever("promotions.*", type="group_theme", zh="社群直播主题", en="group theme")
class GroupTheme(Scheduled):
    """A theme that members talk about, such as tonight's room."""

    cost: Money = item("0", zh="每日成本", en="cost a day", ge=0)

    def open(self, stage: Stage) -> None:
        """Talk, for a day's cost."""
        self.announce(stage, Kind.THEME, self.cost)


@lever("promotions.*", type="check_in", zh="签到", en="check-in")
class DailyCheckIn(Scheduled):
    """Visitors of a day check in for a reward; tomorrow they are likelier to come again."""

    audience: Text | None = item(None, zh="人群", en="audience", about="Left out: every visitor.")
    reward: Money = item("0", zh="每次签到成本", en="reward a check-in", ge=0)

    def open(self, stage: Stage) -> None:
        """Each check-in costs its reward."""
        self.announce(stage, Kind.CHECK_IN, self.reward, stage.audience(self.audience))


@lever("promotions.*", type="lucky_draw", zh="社群抽奖福袋", en="lucky draw")
class LuckyDraw(Scheduled):
    """Prizes drawn among members every day."""

    prizes: Whole = item("10", zh="每日奖品数", en="prizes a day", unit="prizes", ge=0)
    prize_cost: Money = item("0", zh="单个奖品成本", en="cost of a prize", ge=0)

    def open(self, stage: Stage) -> None:
        """A draw without prizes is none."""
        if self.prizes:
            self.announce(stage, Kind.DRAW, self.prize_cost, prizes=self.prizes)
