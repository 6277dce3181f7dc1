/// A result as its readers want it: JSON, words, one line a window or a token. Not here: any number
/// that the result does not hold already.
package io.github.nonplus.report;
