"""Names and types of the behavioural coefficients. Values, units, ranges and sources stand in parameters.yaml alone."""

from __future__ import annotations

from typing import NamedTuple


class Persona(NamedTuple):
    """One row of `personas`: its share of people and how it departs from the average."""

    share: float
    spend: float
    price: float
    coupon: float
    live: float
    note: float
    returns: float


class Medium(NamedTuple):
    """One row of `channels`: reference click rate, gains of stored interest, targeting sharpness."""

    click_rate: float
    awareness_gain: float
    consideration_gain: float
    sharpness: float


class Format(NamedTuple):
    """One row of `formats`: half-life in hours, floor of freshness, weight of note affinity."""

    half_life: float
    floor: float
    note_affinity: float


class Reference(NamedTuple):
    quality: float
    match: float
    awareness: float
    consideration: float
    need: float
    trust: float
    satisfaction: float
    listing: float
    host_skill: float
    creator_trust: float
    creator_fit: float
    online: float


class Activity(NamedTuple):
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    holiday: float
    session_rate: float


class People(NamedTuple):
    spend_median: float
    spend_sigma: float
    price_median: float
    price_sigma: float
    cycle_median: float
    cycle_sigma: float
    concentration: float
    awareness: float
    consideration: float
    trust: float
    trust_customer: float
    restock_elsewhere: float


class Interest(NamedTuple):
    awareness_half_life: float
    consideration_half_life: float
    fatigue_half_life: float
    seeding_collect: float


class Click(NamedTuple):
    quality: float
    match: float
    awareness: float
    consideration: float
    need: float
    creator_trust: float
    creator_fit: float
    discount: float
    sold: float
    fatigue: float
    daypart_inside: float
    daypart_outside: float


class Land(NamedTuple):
    traffic: float
    profit: float
    image: float
    topic: float
    price: float
    capacity: float
    rating: float
    reviews: float
    rating_reference: float
    reviews_reference: float


class Cart(NamedTuple):
    rate: float
    rate_search: float
    rate_direct: float
    rate_habit: float
    listing: float
    consideration: float
    need: float
    trust: float
    price: float
    price_level: float


class Buy(NamedTuple):
    first_hour: float
    later: float
    abandon: float
    direct_boost: float
    need: float
    trust: float
    reviews: float
    delivery: float
    delivery_reference: float
    wait_for_stock: float
    substitute: float
    bargain_discount: float


class Price(NamedTuple):
    gain: float
    loss: float
    memory: float
    urgency: float
    urgency_depth: float
    urgency_hours: float
    scarcity: float
    wait: float
    wait_daily: float
    miss: float
    miss_half_life: float
    aware_base: float
    aware_slope: float
    gift: float
    claim: float
    regret: float


class Basket(NamedTuple):
    stock_up: float
    stock_up_from: float
    stock_up_most: float
    top_up: float
    top_up_saving: float
    top_up_reach: float
    add_on: float


class Coupon(NamedTuple):
    claim: float
    claim_affinity: float
    claim_face: float
    accounts: float
    guard_hunter: float
    guard_other: float
    wake: float
    wake_face: float
    wake_affinity: float


class Presale(NamedTuple):
    balance: float
    hourly: float


class Auction(NamedTuple):
    slots: float
    addressable: float
    sigma: float
    audience_power: float
    hour_power: float
    learning: float
    learning_hours: float


class Bidding(NamedTuple):
    order_rate: float
    room_rate: float
    prior_orders: float
    window: float


class Search(NamedTuple):
    brand_rate: float
    brand_awareness: float
    category_rate: float
    category_seen: float
    brand_seen: float
    cpc_median: float
    cpc_sigma: float


class Content(NamedTuple):
    interaction: float
    interaction_quality: float
    interaction_match: float
    interaction_consideration: float
    interaction_new_format: float
    new_format_days: float
    kinds_video: tuple[float, ...]
    kinds_note: tuple[float, ...]
    weights: tuple[float, ...]
    base_hour: float
    pool_share: float
    allowance: float
    smoothing: float
    heat_power: float
    heat_speed: float
    heat_low: float
    heat_high: float
    follow: float
    follow_quality: float
    follow_match: float
    review_delay: float
    review_sigma: float
    reject: float


class Creators(NamedTuple):
    reach: float
    pool_power: float
    follow_match: float
    trust_head: float
    trust_mid: float
    trust_tail: float
    trust_koc: float


class Private(NamedTuple):
    open: float
    open_burden: float
    join_buyer: float
    join_viewer: float
    join_click: float
    add_active: float
    add_passive: float
    leave: float
    leave_burden: float
    core: float
    active: float
    open_core: float
    open_active: float
    open_satisfaction: float
    talk: float
    talk_theme: float
    talk_check_in: float
    talk_draw: float
    talk_satisfaction: float
    check_in: float
    moment_seen: float
    moment_half_life: float


class Venue(NamedTuple):
    depth: float
    depth_power: float
    opening: float
    most: float


class Operations(NamedTuple):
    contact_cart: float
    contact_order: float
    contact_late: float
    contact_return: float
    load_cap: float
    ask: float
    wait_utility: float
    wait_from: float
    wait_unit: float
    wait_most: float


class Category(NamedTuple):
    """One row of `categories`: shares refunded before shipment and without goods back, multiple of return hazards."""

    preship: float
    refund_only: float
    returns: float


class AfterSale(NamedTuple):
    pleased: float
    pleased_quality: float
    pleased_hype: float
    pleased_late: float
    notice: float
    pleased_reply: float
    slow_reply: float
    pleased_bargain: float
    bargain_below: float
    noise: float
    satisfaction_move: float
    trust_move: float
    made_good: float
    product_quality: float
    damage: float
    return_quality: float
    return_quality_slope: float
    return_mismatch: float
    return_hype: float
    return_logistics: float
    return_mind: float
    return_live: float
    return_impulse: float
    return_filler: float
    return_scale: float
    cancel_late: float
    cancel_quick: float
    cancel_hours: float
    lenient_returns: float
    lenient_utility: float
    insured_returns: float
    insured_utility: float


class Reviews(NamedTuple):
    share: float
    unhappy: float
    five: float
    four: float
    three: float
    two: float
    delay: float
    prior: float


class Word(NamedTuple):
    share: float
    happy: float
    happy_above: float
    unhappy: float
    unhappy_below: float
    friends: float
    friends_sigma: float
    hears: float
    good: float
    bad: float


class Live(NamedTuple):
    follower_push: float
    follower_fade: float
    follower_base: float
    recommended: float
    viewers_scale: float
    viewers_power: float
    bounce: float
    bounce_fan: float
    bounce_skill: float
    dwell_shape: float
    dwell_minutes: float
    dwell_skill: float
    dwell_fan: float
    dwell_match: float
    dwell_benefit: float
    hazard: float
    warm_up: float
    explain: float
    flash: float
    skill: float
    consideration: float
    need: float
    trust: float
    proof: float


class Loyalty(NamedTuple):
    rate_mean: float
    conversion: float
    dropout_a: float
    dropout_b: float
    dropout_satisfaction: float
    alive: float
    member: float
    coupon: float
    habit: float
    habit_coupon: float
    habit_member: float
    habit_check_in: float
    habit_cart: float
    habit_trust: float
    level_buy: float
    level_direct: float
    level_dropout: float
    dormant_days: float
    churned_days: float


class Views(NamedTuple):
    """The coefficients that decide whom a view reaches and what it is worth, as kernels take them."""

    reference: Reference
    click: Click


class Searching(NamedTuple):
    """Those that decide on a search."""

    search: Search


class Returning(NamedTuple):
    """Those that decide on coming back by oneself."""

    reference: Reference
    loyalty: Loyalty


class Looking(NamedTuple):
    """The coefficients that decide what a visitor looks at, as kernels take them."""

    land: Land


class Carting(NamedTuple):
    """Those that decide on a cart."""

    reference: Reference
    cart: Cart
    price: Price


class Buying(NamedTuple):
    """Those that decide on an order."""

    reference: Reference
    buy: Buy
    price: Price


class Watching(NamedTuple):
    """Those that decide in a live room."""

    reference: Reference
    buy: Buy
    price: Price
    live: Live


class Delivered(NamedTuple):
    """Those that decide on what follows a delivery."""

    reference: Reference
    loyalty: Loyalty
    aftersale: AfterSale


class Behaviour(NamedTuple):
    """All coefficients of one run."""

    reference: Reference
    activity: Activity
    people: People
    personas: dict[str, Persona]
    interests: dict[str, tuple[float, ...]]
    interest: Interest
    channels: dict[str, Medium]
    click: Click
    land: Land
    cart: Cart
    buy: Buy
    price: Price
    basket: Basket
    coupon: Coupon
    presale: Presale
    auction: Auction
    bidding: Bidding
    search: Search
    content: Content
    formats: dict[str, Format]
    creators: Creators
    private: Private
    venue: Venue
    operations: Operations
    categories: dict[str, Category]
    aftersale: AfterSale
    reviews: Reviews
    word: Word
    live: Live
    loyalty: Loyalty

    @property
    def views(self) -> Views:
        """What kernels of views need."""
        return Views(self.reference, self.click)

    @property
    def searching(self) -> Searching:
        """What the kernel of searches needs."""
        return Searching(self.search)

    @property
    def returning(self) -> Returning:
        """What kernels of customers and visitors who come back need."""
        return Returning(self.reference, self.loyalty)

    @property
    def looking(self) -> Looking:
        """What the kernel of a visitor's choice needs."""
        return Looking(self.land)

    @property
    def carting(self) -> Carting:
        """What the kernel of carts needs."""
        return Carting(self.reference, self.cart, self.price)

    @property
    def buying(self) -> Buying:
        """What kernels of orders need."""
        return Buying(self.reference, self.buy, self.price)

    @property
    def watching(self) -> Watching:
        """What kernels of live rooms need."""
        return Watching(self.reference, self.buy, self.price, self.live)

    @property
    def delivered(self) -> Delivered:
        """What the kernel of deliveries needs."""
        return Delivered(self.reference, self.loyalty, self.aftersale)
