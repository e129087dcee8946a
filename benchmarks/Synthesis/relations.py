"""Tables whose columns are tied: draw stones|accounts > TABLE.csv; judge TRAIN.csv SYNTHETIC.csv, which knows them by their columns, or rules TRAIN.csv TABLE.csv

stones: 50,000 rows, three sides, and a depth that is 200 z / (x + y) but for noise; weight and price by power laws. accounts: 30,000 rows of six monthly bills and
payments; the payment is the last bill in some of the rows. rules tells, of any table, which rows break what all training rows keep: one column decided by another, values
of two columns that never meet though by chance twenty would, an order of two numbers.
"""
import sys

import numpy as np
import pandas as pd


def stones(random, rows=50_000):
    cut = random.choice(["fair", "good", "ideal"], rows, p=[0.1, 0.4, 0.5])
    depth = np.round(61.7 + np.where(cut == "ideal", 0.7, np.where(cut == "fair", 3.5, 1.5)) * random.standard_normal(rows), 1)
    weight = random.choice([0.3, 0.5, 0.7, 1.0, 1.5, 2.0], rows, p=[0.3, 0.2, 0.15, 0.2, 0.1, 0.05]) * np.exp(0.05 * np.abs(random.standard_normal(rows)))
    x = (weight / 0.0061 / (depth / 100)) ** (1 / 3) * (1 + 0.004 * random.standard_normal(rows))
    y = np.round(x * (1 + 0.006 * random.standard_normal(rows)), 2)
    x = np.round(x, 2)
    z = np.round(depth * (x + y) / 200 + 0.01 * random.standard_normal(rows), 2)
    carat = np.round(x * y * z * 0.0061 * (1 + 0.004 * random.standard_normal(rows)), 2)
    price = np.round(np.exp(8.3 + 1.7 * np.log(carat) + 0.12 * random.standard_normal(rows)))
    z[:20] = 0
    return pd.DataFrame(dict(carat=carat, cut=cut, depth=depth, price=price, x=x, y=y, z=z))


def accounts(random, rows=30_000):
    limit = np.round(np.exp(random.normal(11.8, 0.8, rows)), -4) + 10_000
    kind = random.choice(4, rows, p=[0.25, 0.35, 0.3, 0.1])
    last = limit * random.beta(1, 3, rows) * (kind > 0)
    table = dict(limit=limit, age=np.clip(np.round(21 + random.gamma(3, 5, rows)), 21, 79), status=np.choose(kind, [-2, 0, -1, 2]))
    for month in range(6):
        part = np.where(random.random(rows) < 0.4, np.round(last * 0.05, -3) + 1_000, np.round(np.exp(random.normal(np.log(last * 0.06 + 1), 0.9))))
        pay = np.where((kind == 2) & (random.random(rows) < 0.6), last, np.where(random.random(rows) < 0.25, 0, part))
        pay = np.where((kind == 0) & (random.random(rows) < 0.8), 0, pay)
        spent = np.round(np.exp(random.normal(7, 1.4, rows)) * (random.random(rows) < 0.7))
        idle = np.where(random.random(rows) < 0.6, 0, random.choice([390, 780, 316, -100], rows))
        bill = np.round(np.where(kind == 0, idle, last - pay + spent + last * 0.015))
        table[f"pay{month}"], table[f"bill{month}"] = np.round(pay), bill
        last = np.maximum(bill, 0)
    return pd.DataFrame(table).astype(int)


def judge(real_path, fake_path):
    real, fake = pd.read_csv(real_path), pd.read_csv(fake_path)
    for name, table in (("real", real), ("synthetic", fake)):
        if "z" in table:
            some = table[table.x + table.y > 0]
            print(f"{name}: |depth - 200 z / (x + y)| at the median {np.median(np.abs(some.depth - 200 * some.z / (some.x + some.y))):.3f}, "
                  f"correlation of x and z {table.x.corr(table.z):.3f}")
        else:
            print(f"{name}: pay3 is bill2 and above 0 in {np.mean((table.pay3 == table.bill2) & (table.pay3 > 0)):.4f}, correlation of bill2 and bill3 {table.bill2.corr(table.bill3):.3f}")
    numbers = real.select_dtypes("number").columns
    ratio = fake[numbers].std() / real[numbers].std()
    print(f"standard deviations by the real ones: {ratio.min():.3f} ({ratio.idxmin()}) to {ratio.max():.3f} ({ratio.idxmax()})")


def rules(real_path, other_path):
    real, other = (pd.read_csv(path, skipinitialspace=True) for path in (real_path, other_path))
    broken, found = np.zeros(len(other), bool), 0
    for a in real:
        for b in real:
            if a == b:
                continue
            same = real.groupby(a, dropna=False)[b].nunique(dropna=False).max() == 1
            if same and (real[a].value_counts() > 1).sum() > 2 and 1 < real[b].nunique() < 1_000:
                value = other[a].map(real.drop_duplicates(a).set_index(a)[b])
                broken, found = broken | (value.notna() & (value != other[b])).values, found + 1
            if a < b and real[a].nunique() < 300 and real[b].nunique() < 300:
                both = pd.crosstab(real[a], real[b])
                never = (both.values == 0) & (np.outer(both.sum(axis=1), both.sum(axis=0)) / len(real) >= 20)
                pairs = {(both.index[i], both.columns[j]) for i, j in zip(*np.where(never))}
                broken, found = broken | np.array([pair in pairs for pair in zip(other[a], other[b])]), found + (1 if pairs else 0)
            if real[a].dtype != object and real[b].dtype != object and (real[a] <= real[b]).all() and (real[a].values > np.roll(real[b].values, len(real) // 2)).sum() >= 20:
                broken, found = broken | (other[a] > other[b]).values, found + 1
    print(f"{found} rules; broken by {broken.mean():.5f} of the rows")


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        dict(stones=stones, accounts=accounts)[sys.argv[2]](np.random.default_rng(5)).to_csv(sys.stdout, index=False)
    else:
        dict(judge=judge, rules=rules)[sys.argv[1]](*sys.argv[2:])
