"""Tables of which one column in four is a linear function of others, and anomalies that break it and are usual in all else.

  python3 benchmarks/Anomaly/broken_relations.py OUT

writes csv.gz files as those of ADBench: `sum`, six Normals, the sum of two and another of two but for a hundredth, which anomalies miss by 0.3;
`counts`, five counts and the sum of the first two, which anomalies draw anew. 2,000 good rows and 100 anomalies each.
"""
import os
import sys

import numpy as np
import pandas as pd

GOOD, BAD = 2_000, 100


def sums(random, n, noise):
    z = random.standard_normal((n, 6))
    return np.column_stack([z, z[:, 0] + z[:, 1] + noise * random.standard_normal(n), z[:, 2] - 2 * z[:, 3] + noise * random.standard_normal(n)])


def counts(random, n, broken):
    x = random.poisson(3, (n, 5)).astype(float)
    return np.column_stack([x, random.poisson(6, n) if broken else x[:, 0] + x[:, 1]])


if __name__ == "__main__":
    random = np.random.default_rng(5)
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, good, bad in (("sum", sums(random, GOOD, .01), sums(random, BAD, .3)), ("counts", counts(random, GOOD, False), counts(random, BAD, True))):
        table = pd.DataFrame(np.vstack([good, bad]), columns=[f"x{i}" for i in range(good.shape[1])])
        table["anomaly"] = np.repeat([0, 1], [GOOD, BAD])
        table.to_csv(f"{sys.argv[1]}/{name}.csv.gz", index=False)
