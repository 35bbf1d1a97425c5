"""The block `content`: own accounts and the hot topics that their posts may ride."""

from dacu.language.block import Block, item
from dacu.levers.hot_topic import HotTopic
from dacu.levers.organic import OrganicAccount


class ContentBlock(Block):
    """What the shop itself publishes."""

    accounts: dict[str, OrganicAccount] = item({}, zh="账号", en="accounts")
    hot_topics: dict[str, HotTopic] = item({}, zh="热点", en="hot topics")
