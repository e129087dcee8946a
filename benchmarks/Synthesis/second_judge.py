"""A second judge of synthetic tables, of other kinds than boosted trees (scikit-learn): REAL_TRAIN.csv SYNTHETIC.csv [separator [REAL_TEST.csv]]

Real against synthetic rows, as many of each, up to 20,000; 1 - |2 AUC - 1| on held-out rows, 1 = cannot be told apart:
forest: a random forest of 300 trees of all depths on the columns as they are;
pairs: logistic regression on categories and numbers in 20 quantiles, one-hot, and all products of two of these (hashed to 2^18 places), which
sees every pair of columns and nothing else; neighbours: the share of the 15 nearest rows that are real, numbers in deviations, categories one-hot.
real: the same three of one half of the real rows against the other half, which is what perfect rows would get.
fresh: real rows that nothing was learned from against synthetic ones. A judge that guesses worse than chance with training rows (the sign of the area
less one half) has seen rows that are too near to these, and says nothing of how the others differ; this says it.
"""
import itertools
import sys

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

PLACES = 1 << 18


def main(train_path, synthetic_path, sep=",", test_path=None):
    real, fake = (pd.read_csv(path, sep=sep, skipinitialspace=True) for path in (train_path, synthetic_path))
    test = pd.read_csv(test_path, sep=sep, skipinitialspace=True)[real.columns] if test_path else None
    fake = fake[real.columns]
    numeric = [c for c in real if pd.api.types.is_numeric_dtype(real[c]) and real[c].nunique() > 10]
    category = [c for c in real if c not in numeric]
    for c in category:
        for t in (real, fake) if test is None else (real, fake, test):
            t[c] = t[c].astype(str).str.strip()
    levels = {c: {v: i for i, v in enumerate(pd.concat([t[c] for t in (real, fake, test) if t is not None]).unique())} for c in category}
    edges = {c: np.unique(np.nanquantile(real[c], np.linspace(0, 1, 21)))[1:-1] for c in numeric}
    mean, deviation = real[numeric].mean(), real[numeric].std() + 1e-9

    def codes(t):
        cells = [np.where(t[c].isna(), len(edges[c]) + 1, np.searchsorted(edges[c], t[c].to_numpy(float))) if c in numeric else t[c].map(levels[c]).to_numpy() for c in t]
        return np.column_stack(cells).astype(np.int64)

    def plain(t):
        return np.column_stack([t[c].fillna(-1e9).to_numpy(float) if c in numeric else t[c].map(levels[c]).to_numpy(float) for c in t])

    def pairs(t):
        cells = codes(t)
        columns = [(j * 1_000_003 + cells[:, j] * 7_919) % PLACES for j in range(cells.shape[1])]
        columns += [((i * 31 + j) * 15_485_863 + cells[:, i] * 32_452_843 + cells[:, j] * 49_979_687) % PLACES for i, j in itertools.combinations(range(cells.shape[1]), 2)]
        rows = np.repeat(np.arange(len(t)), len(columns))
        return sparse.csr_matrix((np.ones(rows.size, np.float32), (rows, np.column_stack(columns).ravel())), shape=(len(t), PLACES))

    def near(t):
        one_hot = [(t[c].map(levels[c]).to_numpy()[:, None] == np.arange(min(64, len(levels[c])))[None, :]) / np.sqrt(2) for c in category]
        return np.nan_to_num(np.column_stack([(t[numeric] - mean) / deviation, *one_hot]).astype(np.float32))

    def score(a, b, features, model):
        x = [features(t) for t in (a, b)]
        x = sparse.vstack(x).tocsr() if sparse.issparse(x[0]) else np.concatenate(x)
        y = np.repeat([1, 0], [len(a), len(b)])
        xa, xb, ya, yb = train_test_split(x, y, test_size=0.3, random_state=0, stratify=y)
        area = roc_auc_score(yb, model.fit(xa, ya).predict_proba(xb)[:, 1])
        return f"{1 - abs(2 * area - 1):.4f}({area - 0.5:+.3f})"

    judges = {
        "forest": (plain, lambda: RandomForestClassifier(300, min_samples_leaf=2, random_state=0, n_jobs=1)),
        "pairs": (pairs, lambda: LogisticRegression(C=0.02, max_iter=200)),
        "neighbours": (near, lambda: KNeighborsClassifier(15)),
    }
    n = min(len(real), len(fake), 20_000)
    halves = real.sample(min(len(real), 2 * n) // 2 * 2, random_state=2)
    compared = {"synthetic": (real.sample(n, random_state=0), fake.sample(n, random_state=0)), "real": (halves[::2], halves[1::2])}
    if test is not None:
        m = min(n, len(test))
        compared["fresh"] = (test.sample(m, random_state=0), fake.sample(m, random_state=0))
    for name, tables in compared.items():
        print(name, " ".join(f"{judge}={score(*tables, features, model())}" for judge, (features, model) in judges.items()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
