"""Writes the good rows of small tables of ADBench as CSV files for --file: the columns with more than three values in ten rows, which have a density.

python3 benchmarks/Density/small_tables.py ../shared/data/anomaly FOLDER
"""
import os
import sys

import pandas

TABLES = "Hepatitis,Ionosphere,Pima,Stamps,WPBC,glass,vertebral,wine"

source, target = sys.argv[1:]
os.makedirs(target, exist_ok=True)
for table in TABLES.split(","):
    rows = pandas.read_csv(os.path.join(source, table + ".csv.gz"))
    rows = rows[rows.anomaly == 0].drop(columns="anomaly")
    rows = rows[[column for column in rows if rows[column].nunique() > 0.3 * len(rows)]]
    rows.to_csv(os.path.join(target, table + ".csv"), index=False)
    print(f"{table}: {len(rows)} rows of {rows.shape[1]} columns")
