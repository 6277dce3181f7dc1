/// Documents and files of windows scored on Apache Spark: what is divided, where finished parts are
/// kept, what is read back. Not here: anything that computes; that is `scoring` and what is below.
package io.github.nonplus.spark;
