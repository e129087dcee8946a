"""Writes tables of simple shapes with anomalies off them, one row in twenty, as csv.gz with a last column anomaly, for --folder.

python3 benchmarks/Anomaly/shapes.py FOLDER
"""
import gzip
import os
import sys

import numpy

GOOD, BAD = 2_000, 100
random = numpy.random.default_rng(11)
normal = random.standard_normal


def save(name, good, bad):
    rows = numpy.vstack([good, bad])
    label = numpy.r_[numpy.zeros(len(good)), numpy.ones(len(bad))]
    rows = numpy.column_stack([rows, label])[random.permutation(len(rows))]
    with gzip.open(os.path.join(sys.argv[1], name + ".csv.gz"), "wt") as file:
        file.write(",".join(f"c{i}" for i in range(rows.shape[1] - 1)) + ",anomaly\n")
        for row in rows:
            file.write(",".join(f"{value:.7g}" for value in row[:-1]) + f",{int(row[-1])}\n")


def ring(count, columns):
    angle = 2 * numpy.pi * random.random(count)
    circle = numpy.column_stack([numpy.cos(angle), numpy.sin(angle)]) + 0.1 * normal((count, 2))
    return numpy.column_stack([circle, normal((count, columns - 2))])


def chain(count, columns, correlation=0.9):
    rows = normal((count, columns))
    for i in range(1, columns):
        rows[:, i] = correlation * rows[:, i - 1] + numpy.sqrt(1 - correlation**2) * rows[:, i]
    return rows


def one_column(rows, values):
    rows[numpy.arange(len(rows)), random.integers(0, rows.shape[1], len(rows))] = values
    return rows


os.makedirs(sys.argv[1], exist_ok=True)

# A ring in two columns of four and of ten; anomalies are in its middle.
for columns in (4, 10):
    bad = ring(BAD, columns)
    bad[:, :2] = 0.25 * normal((BAD, 2))
    save(f"ring{columns}", ring(GOOD, columns), bad)

# Columns that hang on the one before; of anomalies two hang on nothing.
save("chain30", chain(GOOD, 30), one_column(one_column(chain(BAD, 30), normal(BAD)), normal(BAD)))

# Eight groups; anomalies are between two of them.
middles = 2.5 * normal((8, 6))
a = random.integers(0, 8, BAD)
b = (a + random.integers(1, 8, BAD)) % 8
weight = random.uniform(0.3, 0.7, BAD)[:, None]
save("groups6", middles[random.integers(0, 8, GOOD)] + 0.3 * normal((GOOD, 6)), weight * middles[a] + (1 - weight) * middles[b] + 0.3 * normal((BAD, 6)))

# A parabola in two columns of six; anomalies are beside it, of the same values in each column.
z, other = normal(GOOD), normal(BAD)
save(
    "parabola6",
    numpy.column_stack([z, z**2 + 0.2 * normal(GOOD), normal((GOOD, 4))]),
    numpy.column_stack([other, random.permutation(other) ** 2 + 0.2 * normal(BAD) + random.choice([-1, 1], BAD) * 1.5, normal((BAD, 4))]),
)

# No shape, but tails: one value is eight times as large, is far out, or all are twice as wide.
large = numpy.exp(normal((BAD, 8)))
large[numpy.arange(BAD), random.integers(0, 8, BAD)] *= 8
save("lognormal8", numpy.exp(normal((GOOD, 8))), large)
save("normal20", normal((GOOD, 20)), one_column(normal((BAD, 20)), random.choice([-1, 1], BAD) * random.uniform(3.5, 4.5, BAD)))
save("student10", random.standard_t(4, (GOOD, 10)), 2 * random.standard_t(4, (BAD, 10)))

# A spiral; anomalies are anywhere around.
turn = 3 * numpy.pi * numpy.sqrt(random.random(GOOD))
save("spiral2", numpy.column_stack([turn * numpy.cos(turn), turn * numpy.sin(turn)]) + 0.2 * normal((GOOD, 2)), random.uniform(-9, 9, (BAD, 2)))
