/// Reading one column of texts of a Parquet file, after the specification of Apache Parquet. Every
/// length, offset and count is held against what is really there before anything is done with it,
/// because files come from strangers. Not here: nested columns, other types, encryption, writing.
package io.github.nonplus.corpus.parquet;
