"""Writes tables of which three columns in eight are linear functions of the other five but for a deviation, as CSV files for --file, and says their true log-density.

python3 benchmarks/Density/sums.py FOLDER
"""
import os
import sys

import numpy

random = numpy.random.default_rng(3)
os.makedirs(sys.argv[1], exist_ok=True)
for kind in ("normal", "lognormal"):
    for rows in (2_000, 10_000):
        for deviation in (0.03, 0.003):
            z = random.standard_normal((rows, 5))
            log_density = -0.5 * z**2 - 0.5 * numpy.log(2 * numpy.pi)
            x = z
            if kind == "lognormal":
                x = numpy.exp(0.5 * z)
                log_density -= numpy.log(0.5 * x)
            e = random.standard_normal((rows, 3))
            truth = log_density.sum(1) + (-0.5 * e**2 - 0.5 * numpy.log(2 * numpy.pi) - numpy.log(deviation)).sum(1)
            sums = numpy.column_stack([x[:, 0] + x[:, 1], 2 * x[:, 2] - x[:, 3], x[:, 0] + x[:, 4]]) + deviation * e
            name = f"{kind}-{rows}-{deviation}".replace(".", "")
            numpy.savetxt(os.path.join(sys.argv[1], name + ".csv"), numpy.column_stack([x, sums]), fmt="%.9g", delimiter=",", header="a,b,c,d,e,ab,cd,ae", comments="")
            print(f"{name}: {-truth.mean():.3f}")
