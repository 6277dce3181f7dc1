/// A result held against what it says it came from: its digests are taken again, of the files that
/// lie there now. Not here: how a result is made, and comparing two of them.
package io.github.nonplus.receipt;
