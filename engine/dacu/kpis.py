"""The one table of KPIs: each is a sum of measures, or one sum over another, never an average of ratios.

Measures are what one replication counts: money in fen, people and pieces whole, times in seconds. Their names
are the words of the formulas below; a KPI in yuan turns fen into yuan, one in minutes seconds into minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dacu.possible import AMOUNT, ANYTHING, PART, Possible

Terms = tuple[tuple[int, str], ...]

# What one unit of a KPI holds of the unit of its measures.
MEASURE_UNITS = {
    "people": 1,
    "units": 1,
    "count": 1,
    "share": 1,
    "ratio": 1,
    "yuan": 100,
    "minutes": 60,
    "days": 24,
    "seconds": 1,
}


@dataclass(frozen=True)
class Kpi:
    """One figure: `times` × the sum `above` ÷ the sum `below` (without one, the sum itself).

    `unit` is a key of MEASURE_UNITS; `better` is +1 if more is better, −1 if less is, 0 if it depends. A share that is
    no part of a whole, but one thing over another, may be `unbounded`.
    """

    id: str
    unit: str
    zh: str
    en: str
    above: str
    below: str = ""
    better: int = 1
    times: int = 1
    unbounded: bool = False
    about_zh: str = ""
    about_en: str = ""

    @cached_property
    def terms(self) -> tuple[Terms, Terms]:
        """The sums above and below as (sign, measure)."""
        return _terms(self.above), _terms(self.below)

    @cached_property
    def measures(self) -> frozenset[str]:
        """The measures that this KPI needs."""
        return frozenset(measure for side in self.terms for _, measure in side)

    @property
    def possible(self) -> Possible:
        """What the figure can be: where something is taken off that is no part of the rest, anything."""
        above = self.terms[0]
        if any(sign < 0 and PARTS.get(name) not in {whole for _, whole in above} for sign, name in above):
            return ANYTHING
        return PART if self.unit == "share" and not self.unbounded else AMOUNT

    def value(self, measures: Mapping[str, int] | Mapping[str, float]) -> float | None:
        """The figure in its unit; None if the sum below is not positive. KeyError for a missing measure."""
        above, below = (sum(sign * measures[name] for sign, name in side) for side in self.terms)
        if not self.below:
            below = 1
        return self.times * above / (below * MEASURE_UNITS[self.unit]) if below > 0 else None


def _terms(formula: str) -> Terms:
    """The formula "gmv - refunds" as ((1, "gmv"), (-1, "refunds"))."""
    signed = formula.replace("- ", "-").replace("+ ", "").split()
    return tuple((-1, term[1:]) if term.startswith("-") else (1, term) for term in signed)


PARTS = {"refunds": "gmv", "attributed_refunds": "attributed_gmv"}
"""Measures that are part of another: what is left of it is not below zero."""

NET_GMV = "gmv - refunds"
GROSS_PROFIT = f"{NET_GMV} + platform_off - subsidy_back - cogs - platform_fee - deposits_kept"
OTHER_COSTS = "- kol_cost - commission - fulfilment - host_studio_content - service - messages - gifts - risk_cost"
CONTRIBUTION = f"{GROSS_PROFIT} - spend - rebate {OTHER_COSTS}"
MARKETING = "spend + rebate + kol_cost + commission + host_studio_content + messages + gifts"

HEADLINE = ("gmv", "contribution", "orders", "uv", "cvr", "aov", "spend", "roi", "marketing_cost_rate", "refund_rate")
"""What is read first of a plan, where there is little room."""

KPIS: tuple[Kpi, ...] = (
    # traffic
    Kpi("exposures", "count", "曝光", "exposures", "exposures"),
    Kpi("reach", "people", "触达人数", "reach", "reach"),
    Kpi("frequency", "ratio", "人均曝光", "frequency", "exposures", "reach", better=0),
    Kpi("clicks", "count", "点击", "clicks", "clicks"),
    Kpi("ctr", "share", "点击率", "click rate", "linked_clicks", "linked_exposures",
        about_zh="带商品链接内容的点击 ÷ 曝光(不含搜索、推送、进直播间)",
        about_en="clicks ÷ exposures of items with a product link (not searches, pushes or room entries)"),
    Kpi("interaction_rate", "share", "互动率", "interaction rate", "interactions", "plays",
        unbounded=True, about_zh="点赞、评论、收藏、分享 ÷ 播放", about_en="likes, comments, saves and shares ÷ plays"),
    Kpi("visits", "count", "访问次数", "visits", "visits"),
    Kpi("uv", "people", "访客", "visitors", "visitors"),
    Kpi("brand_searches", "count", "品牌词搜索", "brand searches", "brand_searches"),
    Kpi("brand_search_index", "ratio", "品牌搜索指数", "brand search index",
        "brand_searches", "brand_searches_usual",
        about_zh="品牌词搜索 ÷ 开始前一周按同样天数折算的搜索",
        about_en="brand searches ÷ those of the week before the start, scaled to the same number of days"),
    Kpi("retention_d1", "share", "次日回访率", "next-day return", "returning_visitors", "visitor_days",
        about_zh="次日又来的访客 ÷ 当日访客(末日除外)",
        about_en="visitors of a day who come on the next, too ÷ visitors of all days but the last"),
    Kpi("check_in_retention_d1", "share", "签到次日回访率", "next-day return of check-ins",
        "returning_check_ins", "check_in_days",
        about_zh="签到者中次日又来的占比", about_en="of those who checked in, who come on the next day"),
    # private domain
    Kpi("private_members", "people", "私域成员", "private-domain members", "private_members",
        about_zh="期末人数", about_en="at the end"),
    Kpi("group_interactions", "count", "社群互动", "group interactions", "group_interactions"),
    Kpi("group_interaction_rate", "ratio", "人均周互动", "group interactions a member-week",
        "group_interactions", "member_days", times=7),
    # from cart to order
    Kpi("carts", "count", "加购", "cart adds", "carts"),
    Kpi("cart_rate", "share", "加购率", "cart rate", "channel_carts", "channel_clicks",
        about_zh="渠道带来的加购 ÷ 渠道带来的商品页点击",
        about_en="cart adds from visits led by a channel ÷ product-page clicks of the same channels"),
    Kpi("orders", "count", "订单", "orders", "orders"),
    Kpi("order_rate", "share", "加购下单率", "order rate", "orders", "carts",
        about_zh="订单 ÷ 加购", about_en="orders ÷ cart adds"),
    Kpi("channel_order_rate", "share", "渠道加购下单率", "order rate of channel carts",
        "channel_orders", "channel_carts",
        about_zh="渠道带来的加购中下单的占比", about_en="orders of carts that a channel led to ÷ those carts"),
    Kpi("cvr", "share", "支付转化率", "conversion", "orders", "clicks",
        unbounded=True, about_zh="订单 ÷ 点击", about_en="orders ÷ clicks"),
    Kpi("buyers", "people", "买家", "buyers", "buyers"),
    Kpi("new_buyers", "people", "新客", "new buyers", "new_buyers"),
    Kpi("new_customer_order_rate", "share", "新客下单率", "order rate of new customers", "new_buyers", "new_visitors",
        about_zh="首单 ÷ 未购买过的访客(按日)", about_en="first orders ÷ visitors of a day who never bought"),
    Kpi("units", "units", "件数", "units sold", "units"),
    Kpi("units_per_order", "ratio", "连带率", "units per order", "units", "orders"),
    Kpi("lost_sales", "units", "缺货损失", "lost sales", "lost_units", better=-1,
        about_zh="因缺货未成交的件数",
        about_en="units that people would have paid for and stock did not cover"),
    # revenue
    Kpi("gmv", "yuan", "支付GMV", "paid GMV", "gmv",
        about_zh="买家实付,退款前", about_en="what buyers paid, before refunds"),
    Kpi("refunds", "yuan", "退款", "refunds", "refunds", better=-1),
    Kpi("refund_rate", "share", "退款率", "refund rate", "refunds", "gmv", better=-1,
        about_zh="退款金额 ÷ 支付GMV", about_en="refunded money ÷ paid GMV"),
    Kpi("net_gmv", "yuan", "退款后GMV", "net GMV", NET_GMV),
    Kpi("preship_refund_rate", "share", "发货前退款率", "refund rate before shipment", "preship_refunds", "gmv",
        better=-1, about_zh="发货前退款 ÷ 支付GMV", about_en="refunded before shipment ÷ paid GMV"),
    Kpi("return_rate", "share", "退货率", "return rate", "returned_orders", "orders", better=-1,
        about_zh="签收后退款或退货的订单 ÷ 支付订单",
        about_en="orders with a line refunded after delivery ÷ paid orders"),
    Kpi("refunds_to_come", "share", "活动后退款占比", "refunds after the end", "refunds_later", "refunds", better=0,
        about_zh="活动结束时尚未发生的退款 ÷ 全部退款",
        about_en="refunds that come after the last day ÷ all refunds"),
    Kpi("price_protection", "yuan", "价保退差", "price protection", "price_back", better=-1,
        about_zh="价保退回的差价,已计入退款", about_en="differences given back after a lower price, part of refunds"),
    Kpi("settled_gmv", "yuan", "结算金额", "settled amount", "settled_gmv",
        about_zh="到活动结束已过退货期且未退款的支付额",
        about_en="paid, kept and past the return window by the last day"),
    Kpi("aov", "yuan", "客单价", "AOV", "gmv", "orders"),
    Kpi("uv_value", "yuan", "UV价值", "value per visitor", "gmv", "visitors"),
    Kpi("old_customer_gmv_share", "share", "老客GMV占比", "old-customer GMV share",
        "old_gmv", "gmv", better=0),
    Kpi("repurchase_90d", "share", "90天复购率", "repurchase within 90 days", "cohort_repeaters", "cohort_buyers",
        about_zh="期内首单后90天内再下单的买家占比;只算首单后还剩90天的买家",
        about_en="of buyers whose first order of the run leaves 90 days to follow, those who order again in them"),
    Kpi("fan_repurchase_90d", "share", "直播间粉丝90天复购率", "repurchase of room followers within 90 days",
        "fan_cohort_repeaters", "fan_cohort_buyers",
        about_zh="首单前已关注直播间的买家中,90天内再下单的占比",
        about_en="of buyers who followed a room before their first order of the run, those who order again in 90 days"),
    Kpi("repurchase_trailing", "share", "近90天复购率", "repurchase ratio of the last 90 days",
        "trailing_repeaters", "trailing_buyers",
        about_zh="最后90天内下单两次及以上的买家占比;新近买家还来不及复购,故偏低",
        about_en="of the last 90 days' buyers, those with two orders or more; low, as recent buyers had no time"),
    Kpi("share_rank", "share", "类目份额分位", "share rank", "rivals_below", "rivals",
        about_zh="30天支付GMV低于本店的同行占比(按 market.rivals)",
        about_en="share of the rivals of market.rivals whose paid GMV of 30 days is below the shop's"),
    Kpi("word_good", "count", "好口碑触达", "good word heard", "word_good",
        about_zh="满意的买家向朋友推荐,被听进去的次数", about_en="times that friends took notice of a pleased buyer"),
    Kpi("word_bad", "count", "坏口碑触达", "bad word heard", "word_bad", better=-1,
        about_zh="不满的买家向朋友抱怨,被听进去的次数",
        about_en="times that friends took notice of a displeased buyer"),
    Kpi("vat", "yuan", "增值税(备查)", "VAT (memo)", "vat", better=0,
        about_zh="退款后GMV所含(或另计)的增值税;各利润指标均未扣除",
        about_en="VAT in (or on top of) net GMV; no profit figure takes it out"),
    # back office
    Kpi("ship48_rate", "share", "48小时发货率", "shipped within 48 hours", "ship48_kept", "ship48_due",
        about_zh="48小时内发出 ÷ 到期未取消的订单",
        about_en="orders that left within 48 h ÷ those not cancelled by then"),
    Kpi("ship_on_time_rate", "share", "按承诺发货率", "shipped as promised", "promise_kept", "promise_due",
        about_zh="按承诺时限发出 ÷ 到期未取消的订单",
        about_en="orders that left by their promise ÷ those not cancelled by then"),
    Kpi("reply_mean_s", "seconds", "平均首响", "mean first reply", "reply_seconds", "contacts", better=-1,
        about_zh="含机器人,客服在班时段", about_en="the bot's answers included, in staffed hours"),
    Kpi("reply_human_s", "seconds", "人工平均首响", "mean first human reply", "human_seconds", "human_contacts",
        better=-1),
    Kpi("reply_30s", "share", "人工30秒应答率", "human replies within 30 s", "human_half_minute", "human_contacts"),
    Kpi("reply_3min", "share", "人工3分钟应答率", "human replies within 3 min", "human_three_minutes",
        "human_contacts"),
    Kpi("abandoned_rate", "share", "放弃等待率", "gave up waiting", "abandoned", "human_contacts", better=-1,
        about_zh="人工回复前耐心耗尽的咨询占比", about_en="human contacts whose patience ended before the answer"),
    # live rooms
    Kpi("live_viewers", "people", "直播间观众", "live viewers", "live_viewers"),
    Kpi("live_effective_viewers", "people", "有效观众", "effective viewers", "live_effective",
        about_zh="停留至少60秒的观众", about_en="viewers who stayed at least 60 s"),
    Kpi("live_dwell_min", "minutes", "有效观众平均停留", "mean stay of effective viewers",
        "live_effective_seconds", "live_effective"),
    Kpi("live_dwell_all_min", "minutes", "全部观众平均停留", "mean stay of all viewers",
        "live_seconds", "live_viewers"),
    Kpi("live_cvr", "share", "直播转化率", "live conversion", "live_orders", "live_effective",
        about_zh="直播间订单 ÷ 有效观众", about_en="orders in rooms ÷ effective viewers"),
    Kpi("live_cvr_all", "share", "直播转化率(全部观众)", "live conversion of all viewers",
        "live_orders", "live_viewers"),
    Kpi("live_gmv_per_session", "yuan", "场均GMV", "GMV per session", "live_gmv", "live_sessions"),
    Kpi("gpm", "yuan", "千次观看成交", "GMV per 1000 views", "live_gmv", "live_viewers", times=1000),
    # spend and what it buys
    Kpi("spend", "yuan", "广告消耗", "media spend", "spend", better=0),
    Kpi("spend_rate", "share", "消耗率", "share of budget spent", "spend", "budget"),
    Kpi("cpm", "yuan", "千展成本", "CPM", "spend", "paid_exposures", better=-1, times=1000),
    Kpi("cpc", "yuan", "点击成本", "CPC", "spend", "paid_clicks", better=-1),
    Kpi("roi", "ratio", "ROI(末次触点)", "ROI (last touch)", "attributed_gmv", "spend",
        about_zh="末次触点在付费渠道的支付GMV ÷ 广告消耗",
        about_en="paid GMV whose last touch is a paid line ÷ media spend"),
    Kpi("roi_platform", "ratio", "整体支付ROI", "platform ROI", "gmv", "spend",
        about_zh="全店支付GMV(含自然成交) ÷ 广告消耗", about_en="all paid GMV, organic too ÷ media spend"),
    Kpi("roi_net_deal", "ratio", "净成交ROI", "net-deal ROI", "attributed_gmv - attributed_refunds", "spend",
        about_zh="末次触点在付费渠道的支付GMV减退款 ÷ 广告消耗",
        about_en="paid GMV less refunds whose last touch is a paid line ÷ media spend"),
    Kpi("roi_net", "ratio", "整体净ROI", "net platform ROI", NET_GMV, "spend",
        about_zh="退款后GMV(含自然成交) ÷ 广告消耗", about_en="net GMV, organic too ÷ media spend"),
    Kpi("learning_days", "days", "学习期天数", "days of learning", "learning_hours", better=-1,
        about_zh="各投放线处于学习期并有投放的天数之和",
        about_en="days on which lines were shown while learning, added up over lines"),
    Kpi("breakeven_roi", "ratio", "保本ROI", "break-even ROI",
        "gmv", f"{GROSS_PROFIT} {OTHER_COSTS}", better=-1,
        about_zh="1 ÷ 每元支付GMV的广告前贡献利润;广告前已亏损则无",
        about_en="1 ÷ contribution before ads per yuan paid; none where that is a loss"),
    Kpi("cac", "yuan", "新客成本", "CAC", "spend + kol_cost + newcomer_off", "new_buyers", better=-1,
        about_zh="(广告 + 达人 + 新人券) ÷ 新客",
        about_en="(media + creators + newcomer coupons) ÷ new buyers"),
    Kpi("coupon_cost", "yuan", "商家优惠", "coupon cost", "shop_off", better=0,
        about_zh="商家承担的优惠;GMV已扣,不再重复扣",
        about_en="discounts the shop pays; already out of GMV, a memo"),
    Kpi("coupon_cost_rate", "share", "优惠率", "coupon cost rate", "shop_off", "list_value", better=-1,
        about_zh="商家优惠 ÷ 标价总额", about_en="discounts the shop pays ÷ list value"),
    Kpi("marketing_cost_rate", "share", "费比", "marketing cost rate", MARKETING, "gmv", better=-1,
        unbounded=True, about_zh="(广告 − 返点 + 达人 + 佣金 + 主播场地内容 + 私域消息 + 赠品) ÷ 支付GMV",
        about_en="(media − rebates + creators + commission + hosts, studio, content + messages + gifts) ÷ paid GMV"),
    # coupons
    Kpi("claims", "units", "领券张数", "coupons claimed", "claims", better=0,
        about_zh="领取与发到账户的券,薅羊毛者的多个账户都算",
        about_en="coupons claimed or sent, on all accounts of a bargain hunter"),
    Kpi("blocked_claims", "units", "拦截领券", "coupons refused", "blocked_claims", better=0,
        about_zh="风控拒发的券", about_en="claims that the abuse guard refused"),
    Kpi("redeemed", "share", "券核销率", "coupons redeemed", "coupon_orders", "claims",
        about_zh="用券订单 ÷ 领券张数", about_en="orders that used a coupon ÷ coupons claimed"),
    Kpi("coupon_return", "share", "领券人群次日回访率", "next-day return with a coupon",
        "coupon_returned", "coupon_visitors",
        about_zh="领过券的当日访客中次日再访的占比(不含最后一天)",
        about_en="visitors of a day, the last left out, who have had a coupon and come again on the next day"),
    # presale
    Kpi("presale_deposits", "count", "预售定金单", "presale deposits", "presale_deposits",
        about_zh="付了定金的预售单;付清尾款才计入订单与GMV",
        about_en="presale orders with a deposit; they count as orders and GMV once the balance is paid"),
    Kpi("presale_balance_rate", "share", "尾款支付率", "balances paid", "presale_paid", "presale_deposits",
        about_zh="付清尾款 ÷ 付定金的预售单", about_en="balances paid ÷ deposits"),
    # membership
    Kpi("points_issued", "count", "发放积分", "points issued", "points_issued", better=0),
    Kpi("points_redeemed", "count", "抵扣积分", "points redeemed", "points_redeemed", better=0),
    Kpi("points_taken", "count", "退款扣回积分", "points taken back", "points_taken", better=0,
        about_zh="退款时按退款部分扣回的积分,以余额为限",
        about_en="by refunds, for the part refunded, as far as the buyer still has points"),
    Kpi("points_open", "count", "未用积分", "points open", "points_open", better=0,
        about_zh="期末会员手中的积分", about_en="what members still have at the end"),
    Kpi("points_off", "yuan", "积分抵扣", "paid with points", "points_off", better=0,
        about_zh="已含在商家优惠中", about_en="part of the coupon cost"),
    # profit
    Kpi("gross_profit", "yuan", "毛利", "gross profit", GROSS_PROFIT,
        about_zh="退款后GMV + 平台补贴(退款部分已退回) − 货品成本 − 平台扣点 + 没收的预售定金",
        about_en="net GMV + platform-paid discounts (kept orders) − cost of goods − platform fee + deposits kept"),
    Kpi("contribution", "yuan", "贡献利润", "contribution", CONTRIBUTION,
        about_zh="毛利 − 广告(减返点) − 达人 − 佣金 − 履约 − 主播场地内容 − 客服 − 私域消息 − 赠品 − 风险处置",
        about_en="gross profit − media less rebates, creators, commission, fulfilment, hosts, studio and content, "
        "service, messages, gifts, handling of risks"),
    Kpi("contribution_rate", "share", "贡献利润率", "contribution margin", CONTRIBUTION, NET_GMV,
        about_zh="贡献利润 ÷ 退款后GMV", about_en="contribution ÷ net GMV"),
)  # fmt: skip

BY_ID: Mapping[str, Kpi] = {kpi.id: kpi for kpi in KPIS}
MEASURES: frozenset[str] = frozenset().union(*(kpi.measures for kpi in KPIS))

# Where stock ran short, sums of chances would count sales of these that nobody could make.
RATIONED = frozenset({
    "orders", "channel_orders", "buyers", "new_buyers", "units", "lost_units", "list_value", "shop_off",
    "platform_off", "newcomer_off", "coupon_orders", "gmv", "old_gmv", "refunds", "preship_refunds", "subsidy_back",
    "attributed_gmv", "attributed_refunds", "live_orders", "live_gmv", "cogs", "platform_fee", "commission",
    "fulfilment", "gifts", "points_issued", "points_redeemed", "points_taken", "points_off",
    "rivals_below",
    "presale_deposits", "presale_paid", "deposits_kept",
})  # fmt: skip


def possible(column: str) -> Possible:
    """What figures of a column can be: as a KPI of that name; whatever else a table counts is not below zero."""
    return BY_ID[column].possible if column in BY_ID else AMOUNT


def compute(measures: Mapping[str, int] | Mapping[str, float]) -> dict[str, float | None]:
    """Every KPI whose measures are all given, by id, in its own unit; None where it is undefined.

    Money in fen comes out in yuan, exact to the fen. KeyError for a measure that no formula knows.
    """
    if unknown := measures.keys() - MEASURES:
        raise KeyError(f"no KPI uses {sorted(unknown)}")
    return {kpi.id: kpi.value(measures) for kpi in KPIS if kpi.measures <= measures.keys()}
