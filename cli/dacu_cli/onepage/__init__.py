"""One page to hand upwards: an answer as Markdown for Feishu and as a static HTML page, script-free, for A4 and phones.

Each verb has a module that makes a `Sheet` of its results; the Sheet knows nothing of how it is drawn.
"""
