"""Rows of thirty Gaussians, each bent along a parabola, as a CSV file: python3 bent.py FILE [ROWS, a million] [COLUMNS, 8]"""
import sys

import numpy as np

GROUPS = 30

file, rows, columns = sys.argv[1], int(float((sys.argv[2:3] or [1e6])[0])), int((sys.argv[3:4] or [8])[0])
random = np.random.default_rng(1)
centres = random.normal(0, 4, (GROUPS, columns))
axes = random.normal(0, 1, (GROUPS, columns, columns)) / np.sqrt(columns)
bends = random.normal(0, 0.5, (GROUPS, columns))
group = random.choice(GROUPS, rows, p=random.dirichlet(np.full(GROUPS, 3.0)))
normal = random.normal(size=(rows, columns))
table = centres[group] + np.einsum("ni,nij->nj", normal, axes[group]) + bends[group] * (normal[:, :1] ** 2 - 1)
np.savetxt(file, table, fmt="%.7g", delimiter=",", header=",".join(f"x{i}" for i in range(columns)), comments="")
