/// One device held against another, instruction by instruction: how far they are apart, where they
/// part, and where a number first is none. Not here: perplexity, and what to do about it.
package io.github.nonplus.verification;
