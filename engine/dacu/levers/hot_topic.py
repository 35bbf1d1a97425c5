"""Hot topics (热点): what posts of all accounts may ride."""

from dacu.language.block import Block, Moment, Number, Span, item


class HotTopic(Block):
    """A topic that runs hot for a while and lifts posts that ride it."""

    peak: Moment = item(..., zh="峰值时刻", en="peak")
    boost: Number = item("2", zh="峰值加成", en="boost at the peak", unit="multiple", ge=0, le=5)
    half_life: Span = item("24h", zh="半衰期", en="half-life", gt=0)
    topics: tuple[Number, ...] = item(..., zh="主题", en="topics", ge=0, about="Eight weights.")
