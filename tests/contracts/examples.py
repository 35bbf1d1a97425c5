"""An example of each kind of lever that dacu ships, for the contract suite."""

from suite import Example

ACCOUNT = "content: {accounts: {own: {quality: 0.6, authority: 4}}}\n"
CALM = "behaviour: {content: {heat_power: 0, follow: 0.0001}, channels: {organic: {sharpness: 0}}}\n"
"""Pools and targeting couple people in the mean; a test of single people's draws stills both."""
STRIKES = "date: D1 12:00"
OFF = "risks.it.date=null"
LOT = "stock: 5, restock: {first: {date: D1 16:00, units: 4000}}"
ADS = "channels: {feed_ads: {daily_budget: 66.66}}\n"
STOCK = f"{ADS}skus: {{mask: {{{LOT}}}, toner: {{{LOT}}}, cream: {{{LOT}}}}}\n"
SALE = "calendar: {events: {sale: {announce: D1, start: D1 12:00, end: D2 12:00, venue: {exposures: 5000}}}}\n"
AHEAD = "calendar: {events: {sale: {announce: D1, presale: {start: D1}, start: D1 20:00, end: D2 24:00}}}\n"
GROUP = "channels: {private: {every: 每天 20:00}}\n"

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
    "channels:moments": Example(
        "channels.moments",
        "channels: {moments: {post_cost: 33.33}}",
        off=(("channels.moments=null",), ("channels.moments.posts=0/day",)),
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
    "promotions:instant_discount": Example(
        "promotions.instant",
        "promotions: {instant: {type: instant_discount, cut: 15%, funded_by: 30%, start: D1 18:00, announce: D1}}",
        off=(("promotions.instant.cut=0%",),),
    ),
    "promotions:gift": Example(
        "promotions.gift",
        "promotions: {gift: {over: 60, value: 30, cost: 6.66}}",
        off=(("promotions.gift.value=0", "promotions.gift.cost=0"), ("promotions.gift.over=100万",)),
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
    "promotions:presale": Example(
        "promotions.presale",
        f"{AHEAD}promotions: {{presale: {{type: presale, events: [sale], cut: 30%, deposit_share: 20%, counts: 1.5}}}}",
        off=(("promotions.presale=null",), ("promotions.presale.quantity=0",)),
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
    "promotions:group_theme": Example(
        "promotions.theme",
        f"{GROUP}promotions: {{theme: {{type: group_theme, cost: 33.33}}}}",
        off=(("promotions.theme=null",),),
    ),
    "promotions:check_in": Example(
        "promotions.check_in",
        f"{GROUP}promotions: {{check_in: {{reward: 0.33}}}}",
        off=(("promotions.check_in=null",),),
    ),
    "promotions:lucky_draw": Example(
        "promotions.lucky_draw",
        f"{GROUP}promotions: {{lucky_draw: {{prize_cost: 9.99}}}}",
        off=(("promotions.lucky_draw=null",), ("promotions.lucky_draw.prizes=0",)),
    ),
    "members:members": Example(
        "members",
        "members: {on: yes, levels: {gold: {over: 100, discount: 10%, held: 50%}}}",
        off=(("members.on=no",),),
    ),
    "risks:account_limit": Example(
        "risks.it",
        f"{ACCOUNT}risks: {{it: {{type: account_limit, account: own, {STRIKES}}}}}",
        off=((OFF,), ("risks.it.factor=100%",)),
    ),
    "risks:ban": Example("risks.it", f"{ACCOUNT}risks: {{it: {{type: ban, account: own, {STRIKES}}}}}", off=((OFF,),)),
    "risks:algorithm": Example(
        "risks.it",
        f"{ACCOUNT}risks: {{it: {{type: algorithm, {STRIKES}}}}}",
        off=((OFF,), ("risks.it.pool_factor=1", "risks.it.bar=1", "risks.it.heat_factor=1")),
    ),
    "risks:rival_promo": Example(
        "risks.it",
        f"{ADS}risks: {{it: {{type: rival_promo, {STRIKES}}}}}",
        off=((OFF,), ("risks.it.cpm_factor=1", "risks.it.outside=0")),
    ),
    "risks:supply": Example(
        "risks.it",
        f"{STOCK}risks: {{it: {{type: supply, {STRIKES}}}}}",
        off=((OFF,), ("risks.it.lead_factor=1",)),
    ),
    "risks:carrier_delay": Example(
        "risks.it", f"risks: {{it: {{type: carrier_delay, cost: 99.99, {STRIKES}}}}}", off=((OFF,),)
    ),
    "risks:privacy": Example(
        "risks.it",
        f"channels: {{private: {{every: 每天 20:00}}}}\nrisks: {{it: {{type: privacy, cost: 99.99, {STRIKES}}}}}",
        off=((OFF,), ("risks.it.trust=0", "risks.it.unsubscribe=0%", "risks.it.cost=0")),
    ),
    "risks:promo_backlash": Example(
        "risks.promo_backlash",
        "promotions: {coupon: {face: 20, over: 100}}\nrisks: {promo_backlash: {classes: 0}}",
        off=(("risks.promo_backlash.classes=4",), ("risks.promo_backlash.trust=0",)),
    ),
    "risks:tracking_loss": Example(
        "risks.it",
        f"{ADS}risks: {{it: {{type: tracking_loss, {STRIKES}}}}}",
        off=((OFF,), ("risks.it.share=0%",)),
    ),
}
