"""An example of each kind of lever that dacu ships, for the contract suite."""

from suite import Example

ACCOUNT = "content: {accounts: {own: {quality: 0.6, authority: 4}}}\n"
CALM = "behaviour: {content: {heat_power: 0, follow: 0.0001}, channels: {organic: {sharpness: 0}}}\n"
"""Pools and targeting couple people in the mean; a test of single people's draws stills both."""
SALE = "calendar: {events: {sale: {announce: D1, start: D1 12:00, end: D2 12:00, venue: {exposures: 5000}}}}\n"

EXAMPLES = {
    "channels:feed_ads": Example(
        "channels.feed_ads",
        "channels: {feed_ads: {daily_budget: 33.33}}",
        off=(("channels.feed_ads.daily_budget=0",),),
        more=("channels.feed_ads.daily_budget=99.99",),
    ),
    "channels:search_ads": Example(
        "channels.search_ads",
        "channels: {search_ads: {daily_budget: 77.77}}\nbehaviour: {search: {category_rate: 0.05}}",
        off=(("channels.search_ads.daily_budget=0",),),
        more=("channels.search_ads.daily_budget=777.77",),
    ),
    "channels:boost": Example(
        "channels.boost",
        f"{ACCOUNT}{CALM}channels: {{boost: {{account: own, daily_budget: 33.33}}}}",
        off=(("channels.boost.daily_budget=0",),),
        more=("channels.boost.daily_budget=99.99",),
    ),
    "channels:venue": Example(
        "channels.venue",
        f"{SALE}channels: {{venue: {{}}}}\npromotions: {{cut: {{type: time_discount, cut: 30%}}}}",
        off=(("channels.venue.joins=no",), ("channels.venue.tier_share=0%",)),
    ),
    "channels:private": Example(
        "channels.private", "channels: {private: {every: 每天 20:00}}", off=(("channels.private=null",),)
    ),
    "content.accounts:content.accounts": Example(
        "content.accounts.own", ACCOUNT, off=(("content.accounts.own.posts=0/day",),)
    ),
    "kols:kols": Example(
        "kols.lin",
        "kols: {lin: {followers: 2000, posts: [D1 10:00], fee: 99.99, commission: 10%}}",
        off=(("kols.lin.active=no",),),
    ),
    "live:live": Example(
        "live.main",
        "live: {main: {every: 每天 20:00, hours: 1h, followers: 500, discount: 10%}}",
        off=(("live.main.active=no",),),
    ),
    "promotions:time_discount": Example(
        "promotions.cut",
        "promotions: {cut: {type: time_discount, cut: 20%, start: D1 18:00, announce: D1}}",
        off=(("promotions.cut.cut=0%",),),
    ),
    "promotions:threshold": Example(
        "promotions.tiers",
        "promotions: {tiers: {type: threshold, tiers: {t: 满200减40}}}",
        off=(("promotions.tiers.tiers.t.over=200", "promotions.tiers.tiers.t.minus=0"),),
    ),
    "promotions:coupon": Example(
        "promotions.coupon",
        "promotions: {coupon: {face: 20, over: 100}}",
        off=(("promotions.coupon.quantity=0",), ("promotions.coupon.face=0",)),
    ),
    "promotions:flash": Example(
        "promotions.flash",
        "promotions: {flash: {price: 39, skus: [mask], start: D1 20:00, minutes: 120, quantity: 500}}",
        off=(("promotions.flash.price=69",), ("promotions.flash.quantity=0",)),
    ),
    "promotions:member_price": Example(
        "promotions.member_price",
        "promotions: {member_price: {audience: members, cut: 20%}}",
        off=(("promotions.member_price.cut=0%",),),
    ),
}
