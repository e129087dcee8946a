"""False alarms on tables whose good rows are known: writes them as csv.gz with a last column anomaly, and splits for --splits; then says what share of fresh good rows
was flagged, beside the rate that was asked for, and what share of the anomalies.

python3 benchmarks/Anomaly/false_alarms.py draw TABLES SPLITS [SEEDS]
python3 benchmarks/Anomaly/false_alarms.py judge FLAGGED
"""
import collections
import csv
import gzip
import os
import sys

import numpy

TRAIN, GOOD, BAD = 1_500, 3_000, 300


def groups(random, count, middles, noise=0):
    rows = middles[random.integers(0, len(middles), count)] + 0.3 * random.standard_normal((count, middles.shape[1]))
    return numpy.column_stack([rows, random.standard_normal((count, noise))])


def kinds(random):
    """Good rows: a name, and what draws so many of them."""
    eight, five = 2.5 * random.standard_normal((8, 6)), 5 * random.standard_normal((5, 2))
    for columns in (1, 2, 6, 20):
        yield f"normal{columns}", lambda count, columns=columns: random.standard_normal((count, columns))
    for columns in (1, 6):
        yield f"uniform{columns}", lambda count, columns=columns: random.random((count, columns))
    for columns in (1, 6):
        yield f"lognormal{columns}", lambda count, columns=columns: numpy.exp(random.standard_normal((count, columns)))
    # Far apart, and five of which some are at the edge, beside a feature of noise.
    yield "groups", lambda count: groups(random, count, eight)
    yield "edge", lambda count: groups(random, count, five, noise=1)
    # Whole numbers, many of them zero.
    yield "counts", lambda count: random.poisson([0.3, 1, 5, 30], (count, 4)).astype(float)


def moved(random, good, deviations):
    way = random.standard_normal(good.shape)
    return good + deviations * good.std(0) * way / numpy.linalg.norm(way, axis=1, keepdims=True)


def dense(random, count, good):
    way = random.standard_normal(good.shape[1])
    return good.mean(0) + good.std(0) * (6 * way / numpy.linalg.norm(way) + 0.1 * random.standard_normal((count, good.shape[1])))


# What is among the training rows: its share of these in percent, and how so many rows of it are made beside good ones.
MIXES = {
    "good": (0, None),
    "near": (5, lambda random, draw, count: moved(random, draw(count), 4)),
    "far": (10, lambda random, draw, count: moved(random, draw(count), 10)),
    "dense": (10, lambda random, draw, count: dense(random, count, draw(1_000))),
}


def draw(tables, splits, seeds):
    os.makedirs(tables, exist_ok=True)
    os.makedirs(splits, exist_ok=True)
    for seed in range(1, seeds + 1):
        random = numpy.random.default_rng(seed)
        for kind, good in kinds(random):
            for mix, (percent, bad) in MIXES.items():
                anomalies = TRAIN * percent // 100
                count = anomalies + (BAD if bad else 1)
                rows = numpy.vstack([good(TRAIN - anomalies + GOOD), bad(random, good, count) if bad else good(count)])
                label = numpy.repeat([0, 1], [TRAIN - anomalies + GOOD, count])
                name = f"{kind}-{mix}-{seed}"
                with gzip.open(os.path.join(tables, name + ".csv.gz"), "wt", compresslevel=1) as file:
                    file.write(",".join(f"c{i}" for i in range(rows.shape[1])) + ",anomaly\n")
                    for row, bad_row in zip(rows, label):
                        file.write(",".join(f"{value:.7g}" for value in row) + f",{bad_row}\n")
                train = numpy.r_[numpy.arange(TRAIN - anomalies), TRAIN - anomalies + GOOD + numpy.arange(anomalies)]
                parts = [(row, "train") for row in random.permutation(train)] + [(row, "test") for row in numpy.setdiff1d(numpy.arange(len(rows)), train)]
                for protocol in ("unsaid", f"told{percent}"):
                    with open(os.path.join(splits, f"{name}.{protocol}.{seed}.csv"), "w") as file:
                        file.write("row,part\n" + "".join(f"{row},{part}\n" for row, part in parts))


def judge(path):
    flagged, rates = collections.defaultdict(list), []
    for line in csv.DictReader(open(path)):
        kind, mix, _ = line["table"].split("-")
        rate = float(line["rate"])
        rates += [] if rate in rates else [rate]
        flagged[kind, mix, line["protocol"] == "unsaid", rate].append((float(line["good"]), float(line["bad"])))
    for mix in MIXES:
        for unsaid in (True, False):
            names = [kind for kind in dict.fromkeys(key[0] for key in flagged) if (kind, mix, unsaid, rates[0]) in flagged]
            if not names:
                continue
            print(f"\n{mix}, contamination {'unsaid' if unsaid else 'told'}: % of good rows flagged" + ("" if mix == "good" else " / of anomalies") + "\n")
            print("| | " + " | ".join(f"{100 * rate:g} % asked" for rate in rates) + " |\n|---" + "|---" * len(rates) + "|")
            for kind in names:
                cells = []
                for rate in rates:
                    good, bad = 100 * numpy.mean(flagged[kind, mix, unsaid, rate], axis=0)
                    cell = f"{good:.1f}"
                    if not 1 / 1.5 <= good / (100 * rate) <= 1.5:
                        cell = f"**{cell}**"
                    cells.append(cell + ("" if mix == "good" else f" / {bad:.0f}"))
                print(f"| {kind} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["draw"]:
        draw(sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 3)
    elif sys.argv[1:2] == ["judge"]:
        judge(sys.argv[2])
    else:
        sys.exit(__doc__)
