"""Made tables of kinds that are common: draw FOLDER writes each as KIND.csv and, drawn anew, KIND.test.csv, and names its target; judge FOLDER [KIND ...] judges KIND.syn.csv and KIND.cart.csv

Of each kind and candidate, fresh rows (real) among them: two (boosted trees of scikit-learn between candidate and fresh rows, of real ones training and fresh,
three folds, 1 - |2 AUC - 1|); tstr (a model of the target, trained on the candidate, of real ones the training rows, on fresh rows: AUC or R squared); corr (the greatest difference of two
correlations, of values or ranks, of heavy tails ranks alone); sd (deviations by those of training rows, without the outermost hundredths: least, greatest); tail (rows beyond the thousandth
least and greatest training values, by those expected: least, greatest); cat (the greatest total variation of two columns in ten parts, beyond that of fresh rows); missing (the greatest
difference of shares); copies (rows that are training rows); what only this kind has, which fresh rows show at its best; and rows that break what all training rows keep, see relations.py.
"""
import itertools
import os
import sys

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

ROWS, JUDGED = 10_000, 10_000


def spiral(r):
    arm, turn = r.integers(0, 2, ROWS), 3 * np.pi * np.sqrt(r.random(ROWS)) + 1
    angle, ring = turn + np.pi * arm, 2 * np.pi * r.random(ROWS)
    noise = r.standard_normal((ROWS, 6))
    return pd.DataFrame(dict(
        n1=noise[:, 0], x=turn * np.cos(angle) + 0.25 * noise[:, 1], n2=np.exp(noise[:, 2]), y=turn * np.sin(angle) + 0.25 * noise[:, 3],
        u=np.cos(ring) + 0.05 * noise[:, 4], n3=r.random(ROWS), v=np.sin(ring) + 0.05 * noise[:, 5], arm=np.where(arm > 0, "a", "b"))).round(4)


def tails(r):
    z = r.standard_normal((ROWS, 4)) @ np.linalg.cholesky(0.4 * np.eye(4) + 0.6).T
    group = r.choice(["a", "b", "c"], ROWS, p=[0.6, 0.3, 0.1])
    scale = np.select([group == "a", group == "b"], [1, 3], 10)
    chi = r.chisquare(2, (ROWS, 2)) / 2
    return pd.DataFrame(dict(
        group=group, pareto=np.round(scale * (1 - r.random(ROWS)) ** (-1 / 1.5), 2), t2=z[:, 0] / np.sqrt(chi[:, 0]), t2b=z[:, 1] / np.sqrt(chi[:, 0]),
        log=np.round(np.exp(1.5 * z[:, 2] + 5), 2), wait=np.round(r.exponential(10 * np.exp(0.5 * z[:, 3])), 1)))


def bookings(r):
    day = np.arange(730)
    weight = np.array([1, 1, 1, 1.2, 2.5, 3, 1.5])[day % 7] * (1 + 0.6 * np.sin(2 * np.pi * day / 365))
    start = r.choice(day, ROWS, p=weight / weight.sum())
    weekday = np.array(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])[start % 7]
    nights = np.where(start % 7 == 4, r.choice([2, 3], ROWS, p=[0.8, 0.2]), np.where(r.random(ROWS) < 0.3, 7, 1 + r.poisson(1.5, ROWS)))
    lead = np.where(r.random(ROWS) < 0.1, 0, r.negative_binomial(1, 0.03, ROWS))
    rate = np.round((80 + 40 * (start % 7 >= 4) + 30 * np.sin(2 * np.pi * start / 365)) * np.exp(0.15 * r.standard_normal(ROWS)))
    origin = 19_358
    return pd.DataFrame(dict(booked=origin + start - lead, start=origin + start, end=origin + start + nights, weekday=weekday, nights=nights, rate=rate, price=rate * nights))


def orders(r):
    of = np.random.default_rng(1)
    product, customer = 300, 2_500
    family = of.integers(0, 12, product)
    code = np.array([f"{'ABCDEFGHIJKL'[f]}{'XYZ'[f % 3]}-{n:04d}" for f, n in zip(family, of.permutation(9_999)[:product])])
    price, ids = np.round(np.exp(of.normal(3, 1, product)), 2), 4_000_000_000 + of.permutation(99_999_999)[:customer]
    p = r.choice(product, ROWS, p=(w := 1 / (np.arange(product) + 5.0)) / w.sum())
    c = r.choice(customer, ROWS, p=(w := 1 / (np.arange(customer) + 50.0)) / w.sum())
    quantity = 1 + r.poisson(np.where(price[p] > 40, 0.3, 2))
    return pd.DataFrame(dict(order=np.sort(r.permutation(50_000)[:ROWS]) + 100_000, customer=ids[c], product=code[p], family=[f"family {'ABCDEFGHIJKL'[f]}" for f in family[p]],
                             channel=np.where(r.random(ROWS) < 0.2 + 0.6 * (ids[c] % 2), "web", "shop"), price=price[p], quantity=quantity, amount=np.round(price[p] * quantity, 2)))


def places(r):
    of = np.random.default_rng(2)
    country = of.choice(12, 150, p=(w := 1 / (np.arange(12) + 2.0)) / w.sum())
    middle, wealth, zone = of.uniform(-60, 60, (12, 2))[country] + 4 * of.standard_normal((150, 2)), of.normal(10, 0.5, 12), of.integers(1, 5, 12)
    c = r.choice(150, ROWS, p=(w := 1 / (np.arange(150) + 6.0)) / w.sum())
    quarter = r.geometric(0.25, ROWS).clip(1, 12)
    return pd.DataFrame(dict(
        country=np.char.add("land", country[c].astype(str)), city=np.char.add("city", c.astype(str)), postcode=10_000 + 60 * c + quarter, zone=zone[country[c]],
        lat=np.round(middle[c, 0] + 0.05 * r.standard_normal(ROWS), 4), lon=np.round(middle[c, 1] + 0.05 * r.standard_normal(ROWS), 4),
        income=np.round(np.exp(wealth[country[c]] - 0.05 * quarter + 0.4 * r.standard_normal(ROWS)), -2)))


def claims(r):
    kind = r.choice(["car", "home", "life", "pet", "travel"], ROWS, p=[0.45, 0.3, 0.1, 0.1, 0.05])
    k = pd.Series(kind).map(dict(car=0, home=1, life=2, pet=3, travel=4)).values
    region, age = r.choice(["n", "e", "s", "w"], ROWS), np.round(18 + 60 * r.beta(2, 3, ROWS))
    claimed = r.random(ROWS) < np.array([0.15, 0.05, 0.01, 0.3, 0.1])[k] * np.where(age < 25, 2, 1) * np.where(region == "s", 1.3, 1)
    claim = np.round(claimed * np.exp(np.array([7.5, 8.5, 11, 5, 6])[k] + np.array([1, 1.2, 0.4, 0.5, 0.8])[k] * r.standard_normal(ROWS)), 2)
    excess = np.array([300, 500, 0, 50, 100])[k]
    bonus = np.where(claimed, 0, np.round(np.minimum(50, age - 18) / 5) * 5)
    return pd.DataFrame(dict(kind=kind, region=region, age=age, excess=excess, claim=claim, paid=np.round(np.maximum(0, claim - excess), 2), bonus=bonus,
                             premium=np.round(np.exp(5.5 + 0.2 * k + 0.1 * r.standard_normal(ROWS)) * (1 - bonus / 100), 2), lapsed=np.where(r.random(ROWS) < np.where(claimed, 0.3, 0.1), "yes", "no")))


def sums(r):
    shop = r.choice(["a", "b", "c"], ROWS)
    parts = np.round(np.exp(r.normal(np.select([shop == "a", shop == "b"], [3, 4], 5)[:, None] + np.array([0, 0.5, -0.5, 1]), 0.8)), 2)
    parts[:, 2] *= r.random(ROWS) < 0.6
    total = np.round(parts.sum(axis=1), 2)
    rate = r.choice([7, 19], ROWS, p=[0.3, 0.7])
    tax = np.round(total * rate / 100, 2)
    share = np.round(100 * r.dirichlet([6, 3, 1], ROWS), 1)
    share[:, 2] = np.round(100 - share[:, 0] - share[:, 1], 1)
    return pd.DataFrame(dict(shop=shop, food=parts[:, 0], drink=parts[:, 1], other=parts[:, 2], goods=parts[:, 3], net=total, rate=rate, tax=tax, gross=np.round(total + tax, 2),
                             cash=share[:, 0], card=share[:, 1], gift=share[:, 2]))


def sales(r):
    quantity, unit = r.integers(1, 12, ROWS), r.choice([4.99, 9.5, 12, 19.9, 49, 99.95, 150], ROWS)
    discount, rate = r.choice([0, 0, 0, 5, 10], ROWS), r.choice([7, 19], ROWS, p=[0.3, 0.7])
    net = np.round(quantity * unit * (100 - discount) / 100, 2)
    tax = np.round(net * rate / 100, 2)
    return pd.DataFrame(dict(quantity=quantity, unit=unit, discount=discount, net=net, rate=rate, tax=tax, gross=np.round(net + tax, 2)))


def parts(r):
    shares = np.round(1000 * r.dirichlet([4, 2, 1, 0.5], ROWS)) / 10
    shares[:, 0] = np.round(100 - shares[:, 1:].sum(axis=1), 1)
    return pd.DataFrame(dict(rent=shares[:, 0], food=shares[:, 1], travel=shares[:, 2], rest=shares[:, 3], income=np.round(np.exp(7.5 + 0.01 * shares[:, 0] + 0.4 * r.standard_normal(ROWS)))))


def quotes(r):
    low, width = r.gamma(2, 10, ROWS), r.gamma(1.5, 8, ROWS) * (r.random(ROWS) > 0.1)
    prices = dict(low=low, open=low + width * r.beta(2, 2, ROWS), close=low + width * r.beta(2, 3, ROWS), high=low + width)
    return pd.DataFrame(prices).round(2).assign(volume=np.round(np.exp(9 + 0.02 * width + r.standard_normal(ROWS))).astype(int))


def months(r):
    kind = r.choice(["flat", "farm", "shop"], ROWS, p=[0.6, 0.25, 0.15])
    level = np.select([kind == "flat", kind == "farm"], [5.5, 6.5], 7.5) + 0.4 * r.standard_normal(ROWS)
    season = np.where(kind == "shop", 0, 0.4)
    state, table = r.standard_normal(ROWS), dict(kind=kind)
    for month in range(10):
        state = 0.9 * state + np.sqrt(1 - 0.81) * r.standard_normal(ROWS)
        table[f"m{month}"] = np.round(np.exp(level + season * np.cos(2 * np.pi * month / 12) + 0.3 * state))
    return pd.DataFrame(table)


def classes(r):
    of = np.random.default_rng(3)
    c = r.choice(8, ROWS, p=(w := 1 / (np.arange(8) + 1.0)) / w.sum())
    middle, turn = of.normal(2, 1.2, (8, 5)), of.normal(0, 0.35, (8, 5, 5))
    rows = np.exp(middle[c] + np.einsum("nij,nj->ni", turn[c], r.standard_normal((ROWS, 5))))
    return pd.DataFrame({"class": np.char.add("c", c.astype(str)), **{f"x{i}": np.round(rows[:, i], 3) for i in range(5)}})


def counts(r):
    segment = r.choice(["new", "old", "gold"], ROWS, p=[0.5, 0.4, 0.1])
    rate = np.exp(np.select([segment == "new", segment == "old"], [-1, 0], 1) + 0.9 * r.standard_normal(ROWS))
    visits = r.poisson(3 * rate)
    orders = r.binomial(visits, 0.3)
    items = np.where(orders > 0, orders + r.poisson(1.5 * orders), 0)
    return pd.DataFrame(dict(segment=segment, visits=visits, clicks=visits + r.poisson(4 * visits), orders=orders, items=items, returns=r.binomial(items, 0.12), calls=r.poisson(0.1 + 0.2 * rate),
                             stars=np.where(orders > 0, r.choice(6, ROWS, p=[0.4, 0.05, 0.03, 0.07, 0.15, 0.3]), 0), mails=np.where(r.random(ROWS) < 0.8, 0, r.poisson(8, ROWS))))


def heaps(r):
    sex = r.choice(["f", "m"], ROWS)
    height = 166 + 13 * (sex == "m") + 6.5 * r.standard_normal(ROWS)
    weight = 24 * (height / 100) ** 2 * np.exp(0.16 * r.standard_normal(ROWS))
    asked = r.random(ROWS) < 0.6
    height = np.where(asked, np.where(r.random(ROWS) < 0.4, 5 * np.round(height / 5), np.round(height)), np.round(height, 1))
    weight = np.where(asked, np.where(r.random(ROWS) < 0.5, 5 * np.round(weight / 5), np.round(weight)), np.round(weight, 1))
    minutes = np.exp(r.normal(3.6, 0.6, ROWS))
    pressure = 120 + 0.6 * (weight - 75) + 12 * r.standard_normal(ROWS)
    return pd.DataFrame(dict(sex=sex, asked=np.where(asked, "told", "measured"), height=height, weight=weight, bmi=np.round(weight / (height / 100) ** 2, 1),
                             minutes=np.where(r.random(ROWS) < 0.5, 10 * np.round(minutes / 10), np.where(r.random(ROWS) < 0.5, 5 * np.round(minutes / 5), np.round(minutes))),
                             pressure=np.where(r.random(ROWS) < 0.5, 10 * np.round(pressure / 10), 2 * np.round(pressure / 2))))


def gaps(r):
    born = 2024 - np.round(18 + 70 * r.beta(1.5, 2.5, ROWS))
    age = 2024 - born
    work = np.where(age >= 66, "retired", np.where(r.random(ROWS) < 0.85, "employed", "none"))
    income = np.where(work == "none", 0, np.round(np.exp(r.normal(10 + 0.01 * (age - 40) - 0.5 * (work == "retired"), 0.5)), -1))
    hours = np.where(work == "employed", r.choice([40, 38, 20, 30, 45], ROWS, p=[0.5, 0.2, 0.1, 0.1, 0.1]), np.nan)
    table = pd.DataFrame(dict(born=born, age=age, group=pd.cut(age, [0, 25, 35, 50, 65, 100], labels=["18-25", "26-35", "36-50", "51-65", "66+"]).astype(str), work=work, income=income,
                              bracket=pd.cut(income, [-1, 0, 12_000, 24_000, 48_000, 1e9], labels=["no", "low", "mid", "high", "top"]).astype(str), hours=hours,
                              debt=np.round(np.exp(r.normal(8, 1.2, ROWS)), -1), score=np.round(r.normal(650 + 20 * np.log1p(income / 1_000), 50))))
    table.loc[r.random(ROWS) < np.where(income > 40_000, 0.35, 0.08), "debt"] = np.nan
    table.loc[table.debt.isna() & (r.random(ROWS) < 0.5), "score"] = np.nan
    return table


def normals(r):
    turn = np.random.default_rng(4).standard_normal((6, 30))
    rows = r.standard_normal((ROWS, 6)) @ turn + 1.2 * r.standard_normal((ROWS, 30))
    return pd.DataFrame(rows, columns=[f"x{i}" for i in range(30)]).round(5)


def rare(r):
    fraud = r.random(ROWS) < 0.005
    hour = np.where(fraud, r.integers(0, 6, ROWS), (14 + np.round(4 * r.standard_normal(ROWS))) % 24).astype(int)
    n = r.standard_normal((ROWS, 5))
    n[fraud] = n[fraud] @ np.diag([0.3, 2, 1, 1, 0.3]) + [3, -2, 0, 1, 2]
    return pd.DataFrame(dict(hour=hour, amount=np.round(np.exp(3 + 1.1 * n[:, 0]), 2), a=n[:, 1] + 0.5 * n[:, 0], b=n[:, 2] * n[:, 1], c=n[:, 3] + n[:, 2] ** 2, d=n[:, 4],
                             chip=np.where(r.random(ROWS) < np.where(fraud, 0.1, 0.95), "yes", "no"), fraud=np.where(fraud, "yes", "no"))).round(4)


def bits(r):
    b = (r.random((ROWS, 12)) < [0.5, 0.5, 0.5, 0.3, 0.3, 0.1, 0.5, 0.5, 0.2, 0.5, 0.5, 0.5]).astype(int)
    b[:, 6] = b[:, 0] ^ b[:, 1]
    b[:, 7] = b[:, 0] ^ b[:, 2] ^ (r.random(ROWS) < 0.1)
    b[:, 9] = b[:, 3] & b[:, 4] | (r.random(ROWS) < 0.05)
    b[:, 10] = b[:, 0] ^ b[:, 1] ^ b[:, 2] ^ (r.random(ROWS) < 0.02)
    b[:, 11] = r.random(ROWS) < np.where(b[:, 3] == b[:, 8], 0.8, 0.2)
    return pd.DataFrame(dict(**{f"b{i}": b[:, i] for i in range(12)}, value=np.round(np.where(b[:, 0] == b[:, 3], 1, -1) * r.gamma(3, 1, ROWS), 2)))


KINDS = {f.__name__: (f, target) for f, target in (
    (spiral, "arm"), (tails, "wait"), (bookings, "rate"), (orders, "quantity"), (places, "income"), (claims, "lapsed"), (sums, "card"), (months, "m9"), (classes, "class"), (counts, "returns"),
    (heaps, "pressure"), (gaps, "score"), (normals, "x29"), (rare, "fraud"), (bits, "b11"), (sales, "quantity"), (parts, "income"), (quotes, "volume"))}

OWN = {
    "spiral": ("rows off their ring", lambda t: np.mean(np.abs(np.hypot(t.u, t.v) - 1) > 0.175)),
    "bookings": ("end - start is nights", lambda t: np.mean(t.end - t.start == t.nights)),
    "orders": ("amount is price x quantity", lambda t: np.mean(np.abs(t.amount - t.price * t.quantity) < 0.006)),
    "places": ("lat within .2 of its city", lambda t: np.mean(np.abs(t.lat - t.groupby("city").lat.transform("median")) < 0.2)),
    "claims": ("paid is claim less excess", lambda t: np.mean(np.abs(t.paid - np.maximum(0, t.claim - t.excess)) < 0.006)),
    "sums": ("parts add up, both", lambda t: np.mean((np.abs(t.food + t.drink + t.other + t.goods - t.net) < 0.006) & (np.abs(t.cash + t.card + t.gift - 100) < 0.06))),
    "sales": ("net, tax and gross, all", lambda t: np.mean((np.abs(t.quantity * t.unit * (100 - t.discount) / 100 - t.net) < 0.0101) & (np.abs(t.net * t.rate / 100 - t.tax) < 0.0101) & (np.abs(t.net + t.tax - t.gross) < 0.006))),
    "parts": ("sum to 100", lambda t: np.mean(np.abs(t.rent + t.food + t.travel + t.rest - 100) < 0.06)),
    "quotes": ("between low and high", lambda t: np.mean((t.low <= t.open) & (t.open <= t.high) & (t.low <= t.close) & (t.close <= t.high))),
    "months": ("median step of a month", lambda t: np.median(np.abs(np.log(t.m5 / t.m4)))),
    "heaps": ("weights of tenths, told", lambda t: np.mean((t.asked == "told") & (t.weight % 1 != 0))),
    "gaps": ("age, group, bracket fit", lambda t: np.mean((t.born + t.age == 2024) & ((t.bracket == "no") == (t.income == 0)) & ((t.group == "66+") == (t.age > 65)))),
    "counts": ("no more orders than visits", lambda t: np.mean((t.orders <= t.visits) & (t.returns <= t["items"]))),
    "rare": ("frauds", lambda t: np.mean(t.fraud == "yes")),
    "bits": ("b6 is b0 xor b1", lambda t: np.mean(t.b6 == t.b0 ^ t.b1)),
}


def judge(folder, kind):
    sys.path.insert(0, os.path.dirname(__file__))
    import relations

    train, test = (pd.read_csv(f"{folder}/{kind}{part}.csv") for part in ("", ".test"))
    numbers = [c for c in train if pd.api.types.is_numeric_dtype(train[c])]
    levels = {c: {v: i for i, v in enumerate(pd.concat([train[c], test[c]]).astype(str).unique())} for c in train if c not in numbers}
    target = KINDS[kind][1]
    code = lambda t: np.column_stack([t[c].astype(float) if c in numbers else t[c].astype(str).map(levels[c]).astype(float) for c in train])
    edges = {c: np.unique(np.nanquantile(train[c], np.linspace(0, 1, 11)))[1:-1] for c in numbers}
    cells = lambda t: {c: np.where(t[c].isna(), -1, np.searchsorted(edges[c], t[c], "right")) if c in numbers else t[c].astype(str).map(levels[c]).fillna(-2).values for c in train if c not in numbers or len(edges[c])}

    def two(a, b):
        n = min(len(a), len(b), JUDGED)
        x, y = np.concatenate([code(a.sample(n, random_state=0)), code(b.sample(n, random_state=0))]), np.repeat([1, 0], n)
        folds = StratifiedKFold(3, shuffle=True, random_state=0)
        return 1 - abs(2 * roc_auc_score(y, cross_val_predict(HistGradientBoostingClassifier(random_state=0), x, y, cv=folds, method="predict_proba")[:, 1]) - 1)

    def tstr(t):
        at = list(train).index(target)
        (x, y), (xt, yt) = ((np.delete(code(u), at, 1), code(u)[:, at]) for u in (t[t[target].notna()], test[test[target].notna()]))
        if target in numbers and train[target].nunique() > 2:
            return r2_score(yt, HistGradientBoostingRegressor(random_state=0).fit(x, y).predict(xt))
        p = HistGradientBoostingClassifier(random_state=0).fit(x, y).predict_proba(xt)
        return roc_auc_score(yt, p[:, 1]) if p.shape[1] == 2 else roc_auc_score(yt, p, multi_class="ovr")

    def variation(t):
        a, b = cells(train), cells(t)
        gaps = {}
        for i, j in itertools.combinations(a, 2):
            both = [pd.Series(x[i] * 10_000 + x[j]).value_counts(normalize=True) for x in (a, b)]
            gaps[i, j] = 0.5 * both[0].sub(both[1], fill_value=0).abs().sum()
        return gaps

    def correlations(t):
        return np.stack([t[numbers].corr(method).values for method in ("pearson", "spearman")])

    def cut(t):
        return t[numbers].where((t[numbers] >= train[numbers].quantile(0.01)) & (t[numbers] <= train[numbers].quantile(0.99))).std()

    low, high = train[numbers].quantile(0.001), train[numbers].quantile(0.999)
    known, usual = set(map(tuple, train.astype(str).values)), variation(test)
    for name, path in (("real", ".test"), ("ours", ".syn"), ("CART", ".cart")):
        if not os.path.exists(f"{folder}/{kind}{path}.csv"):
            continue
        t = pd.read_csv(f"{folder}/{kind}{path}.csv")[list(train)]
        for c in levels:
            t[c] = t[c].where(t[c].isna(), t[c].astype(str))
        gap = np.abs(correlations(t) - correlations(train))[1 if kind == "tails" else slice(None)]
        at = np.unravel_index(np.nanargmax(gap), gap.shape)
        deviation = (cut(t) / cut(train)).dropna()
        beyond = pd.concat([(t[numbers] > high).mean() / (train[numbers] > high).mean().replace(0, np.nan), (t[numbers] < low).mean() / (train[numbers] < low).mean().replace(0, np.nan)]).dropna()
        own = variation(t)
        worst = max(own, key=lambda pair: own[pair] - usual[pair])
        missing = (t.isna().mean() - train.isna().mean()).abs().max()
        line = [f"{kind:9}", f"{name:4}", f"two {two(train if name == 'real' else test, t):.3f}", f"tstr {tstr(train if name == 'real' else t):.3f}", f"corr {gap[at]:.3f} ({numbers[at[-2]]} {numbers[at[-1]]})",
                f"sd {deviation.min():.3f} ({deviation.idxmin()}) {deviation.max():.3f} ({deviation.idxmax()})", f"tail {beyond.min():.2f} ({beyond.idxmin()}) {beyond.max():.2f} ({beyond.idxmax()})",
                f"cat {own[worst] - usual[worst]:+.3f} ({' '.join(worst)})", f"missing {missing:.3f}", f"copies {np.mean([row in known for row in map(tuple, t.astype(str).values)]):.4f}"]
        if kind in OWN:
            line.append(f"{OWN[kind][0]} {OWN[kind][1](t):.4f}")
        print("; ".join(line), end="; ", flush=True)
        relations.rules(f"{folder}/{kind}.csv", f"{folder}/{kind}{path}.csv")
        sys.stdout.flush()


if __name__ == "__main__":
    folder = sys.argv[2]
    for number, kind in enumerate(KINDS):
        if sys.argv[1] == "draw":
            os.makedirs(folder, exist_ok=True)
            for part, seed in (("", 2 * number), (".test", 2 * number + 1)):
                KINDS[kind][0](np.random.default_rng([7, seed])).to_csv(f"{folder}/{kind}{part}.csv", index=False)
            print(kind, KINDS[kind][1])
        elif kind in sys.argv[3:] or len(sys.argv) == 3:
            judge(folder, kind)
