"""Writes small tables of simple shapes as CSV files for --file, and says the --fractions that leave so many rows for training and a ninth of them held out.

python3 benchmarks/Density/shapes.py FOLDER
"""
import os
import sys

import numpy

ROWS = 3_000
random = numpy.random.default_rng(5)
normal = random.standard_normal


def save(name, rows, used):
    numpy.savetxt(
        os.path.join(sys.argv[1], name + ".csv"), rows, fmt="%.8g", delimiter=",", header=",".join(f"c{i}" for i in range(rows.shape[1])), comments="")
    training, held_out = 0.9 * used / ROWS, 0.1 * used / ROWS
    print(f"{name}: --fractions {training:.6g},{held_out:.6g},{1 - training - held_out:.6g}")


os.makedirs(sys.argv[1], exist_ok=True)
save("normal40", normal((ROWS, 40)), 120)
save("normal10", normal((ROWS, 10)), 300)

# Each column hangs on the one before.
chain = numpy.zeros((ROWS, 30))
chain[:, 0] = normal(ROWS)
for i in range(1, 30):
    chain[:, i] = 0.9 * chain[:, i - 1] + numpy.sqrt(1 - 0.81) * normal(ROWS)
save("chain30", chain, 300)

turn = normal((5, 5))
save("correlated5", normal((ROWS, 5)) @ turn, 200)
middles = 3 * normal((3, 4))
save("groups4", middles[random.integers(0, 3, ROWS)] + 0.7 * normal((ROWS, 4)), 300)
save("lognormal8", numpy.exp(normal((ROWS, 8)) @ numpy.linalg.cholesky(0.5 * numpy.eye(8) + 0.5).T), 200)
save("student6", random.standard_t(3, (ROWS, 6)), 200)
z = normal((ROWS, 2))
save("banana3", numpy.column_stack([z[:, 0], z[:, 1] + z[:, 0] ** 2, z[:, 0] * z[:, 1] + 0.3 * normal(ROWS)]), 200)
save("uniform6", random.random((ROWS, 6)), 200)
