"""A table with thousands of categories: draw > TABLE.csv; judge TRAIN.csv SYNTHETIC.csv

30,000 rows: a code, one of 5,000 by Zipf's law; its region, one of eight, and a price, its mean and noise. What is told of synthetic rows is how many have the
region of their code, by how many training rows the code has, and how far the shares of codes are from the training ones (total variation), beside a resample of these.
"""
import sys

import numpy as np
import pandas as pd


def draw():
    codes, rows, random, of_code = 5_000, 30_000, np.random.default_rng(1), np.random.default_rng(0)
    share = 1 / (np.arange(codes) + 10.0)
    region, mean = of_code.integers(0, 8, codes), of_code.normal(0, 3, codes)
    print("code,region,price")
    for code in random.choice(codes, rows, p=share / share.sum()):
        print(f"c{code:04d},r{region[code]},{mean[code] + random.normal():.2f}")


def judge(real_path, fake_path):
    real, fake = pd.read_csv(real_path), pd.read_csv(fake_path)
    right = fake.region.values == real.groupby("code").region.first().reindex(fake.code).values
    rows = real.code.value_counts().reindex(fake.code)
    for low, high in ((1, 5), (5, 20), (20, 100), (100, len(real) + 1)):
        of_size = ((rows >= low) & (rows < high)).values
        print(f"codes of {low} to {high - 1} rows: {of_size.mean():.3f} of the synthetic rows, region right in {right[of_size].mean():.4f}")
    print(f"most frequent region {real.region.value_counts(normalize=True).max():.3f}")
    share = real.code.value_counts(normalize=True)
    for name, table in (("synthetic", fake), ("a resample", real.sample(len(fake), replace=True, random_state=1))):
        print(f"total variation of codes, {name}: {0.5 * share.sub(table.code.value_counts(normalize=True), fill_value=0).abs().sum():.4f}")


if __name__ == "__main__":
    {"draw": draw, "judge": judge}[sys.argv[1]](*sys.argv[2:])
