"""Few training rows of large tables, which leave thousands of fresh rows to judge by: cut TABLES FOLDER writes FOLDER/TABLE-ROWS-SEED.csv and, of each table, TABLE.fresh.csv; judge FOLDER
judges TABLE-ROWS-SEED.syn.csv and, of however many drawings, TABLE-ROWS-SEED.cart*.csv

Each line: two (boosted trees between as many fresh and drawn rows, three folds, 1 - |2 AUC - 1|) and tstr (a model of the target trained on the drawn rows, on fresh rows of its own: AUC or R
squared), beside that of a model trained on the training rows.
"""
import glob
import os
import sys

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

FRESH, SIZES, SEEDS = 4_000, (300, 1_000), (1, 2, 3)
TABLES = {"magic": "class", "beijing_pm25": "TEMP", "online_shoppers_intention": "Revenue", "adult_train": "income"}


def read(path):
    return pd.read_csv(path, skipinitialspace=True)


def cut(tables, folder):
    os.makedirs(folder, exist_ok=True)
    for table in TABLES:
        rows = read(f"{tables}/{table}.csv").drop(columns="No", errors="ignore").sample(frac=1, random_state=7)
        rows[-2 * FRESH:].to_csv(f"{folder}/{table}.fresh.csv", index=False)
        for size in SIZES:
            for seed in SEEDS:
                rows[(seed - 1) * size:seed * size].to_csv(f"{folder}/{table}-{size}-{seed}.csv", index=False)


def judge(folder, name):
    table = name.split("-")[0]
    train, fresh, target = read(f"{folder}/{name}.csv"), read(f"{folder}/{table}.fresh.csv"), TABLES[table]
    numbers = [c for c in fresh if pd.api.types.is_numeric_dtype(fresh[c])]
    levels = {c: {v: i for i, v in enumerate(fresh[c].astype(str).value_counts().index)} for c in fresh if c not in numbers}
    code = lambda t: t[list(fresh)].assign(**{c: t[c].astype(str).map(levels[c]) for c in levels}).to_numpy(float)
    at = list(fresh).index(target)
    beside, test = code(fresh[:FRESH]), code(fresh[FRESH:])

    def two(drawn):
        x, y = np.concatenate([beside, drawn]), np.repeat([1, 0], [len(beside), len(drawn)])
        chances = cross_val_predict(HistGradientBoostingClassifier(random_state=0), x, y, cv=StratifiedKFold(3, shuffle=True, random_state=0), method="predict_proba")
        return 1 - abs(2 * roc_auc_score(y, chances[:, 1]) - 1)

    def tstr(rows):
        (x, y), (xt, yt) = ((np.delete(t, at, 1), t[:, at]) for t in (rows, test))
        if target in numbers and len(np.unique(yt)) > 2:
            return r2_score(yt, HistGradientBoostingRegressor(random_state=0).fit(x, y).predict(xt))
        return roc_auc_score(yt, HistGradientBoostingClassifier(random_state=0).fit(x, y).predict_proba(xt)[:, 1])

    line = [f"{name:34}"]
    for kind, paths in (("ours", [f"{folder}/{name}.syn.csv"]), ("CART", sorted(glob.glob(f"{folder}/{name}.cart*.csv")))):
        drawn = code(pd.concat([read(path) for path in paths])[:FRESH])
        line.append(f"{kind} two {two(drawn):.3f} tstr {tstr(drawn):.3f}")
    print("; ".join([*line, f"training rows tstr {tstr(code(train)):.3f}"]), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "cut":
        cut(*sys.argv[2:])
    else:
        for table in TABLES:
            for size in SIZES:
                for seed in SEEDS:
                    judge(sys.argv[2], f"{table}-{size}-{seed}")
