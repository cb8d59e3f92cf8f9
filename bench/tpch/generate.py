"""Writes the tables, queries and answers of TPC-H at scale factor 1 into the folder that the argument names."""

import importlib.util
import json
import pathlib
import sys

import duckdb

folder = pathlib.Path(sys.argv[1])
package = pathlib.Path(importlib.util.find_spec("duckdb_extension_tpch").origin).parent
(extension,) = package.rglob("tpch.duckdb_extension")

connection = duckdb.connect()
connection.execute(f"LOAD '{extension}'")
connection.execute("CALL dbgen(sf = 1)")

tables = {}
for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall():
    connection.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")
    described = connection.execute(f"DESCRIBE {name}").fetchall()
    tables[name] = [{"name": column[0], "type": column[1]} for column in described]

queries = connection.execute(
    "SELECT query_nr, query, answer FROM tpch_queries() JOIN tpch_answers() USING (query_nr)"
    " WHERE scale_factor = 1 ORDER BY 1"
).fetchall()
described = {"tables": tables, "queries": [{"number": n, "text": q, "answer": a} for n, q, a in queries]}
(folder / "tpch.json").write_text(json.dumps(described))
