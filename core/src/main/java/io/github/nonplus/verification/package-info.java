/// One device held against another, operation by operation: how far they are apart, where they
/// part, and where a number first is none. Not here: perplexity, and what to do about it.
package io.github.nonplus.verification;
