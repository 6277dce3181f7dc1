"""Writes small Parquet files of every kind that is read, and one that is not: python write.py FOLDER"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
texts = ["", " = Title = \n", "Words of the second row, ä € 😀\n"] * 10
texts += ["row %d of many" % i for i in range(70)]
rows = range(len(texts))
table = pa.table({"n": rows, "text": texts, "tags": [["a", "b"][: i % 3] for i in rows]})
plain = {"use_dictionary": False, "compression": "none"}
kinds = {
    "plain": plain,
    "plain-2-gzip": plain | {"data_page_version": "2.0", "compression": "gzip"},
    "dictionary-2-snappy": {"data_page_version": "2.0", "compression": "snappy"},
    "groups-pages-zstd-checksums": {
        "compression": "zstd",
        "row_group_size": 33,
        "write_batch_size": 8,
        "data_page_size": 60,
        "write_page_checksum": True,
    },
    "delta-length": plain | {"column_encoding": {"text": "DELTA_LENGTH_BYTE_ARRAY"}},
    "delta-2-zstd": plain
    | {
        "data_page_version": "2.0",
        "column_encoding": {"text": "DELTA_BYTE_ARRAY"},
        "compression": "zstd",
    },
    "dictionary-given-up": {
        "dictionary_pagesize_limit": 200,
        "data_page_size": 200,
        "write_batch_size": 8,
        "compression": "none",
    },
    "lz4": {"compression": "lz4"},
    "brotli": {"compression": "brotli"},
}
for name, options in kinds.items():
    pq.write_table(table, f"{folder}/{name}.parquet", **options)
required = pa.schema([pa.field("text", pa.string(), nullable=False)])
pq.write_table(pa.table({"text": texts}, schema=required), f"{folder}/required.parquet")
