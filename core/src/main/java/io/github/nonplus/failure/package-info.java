/// The small family of failures whose message is a sentence for the user. Not here: programming
/// errors, which stay `IllegalArgumentException` and `IllegalStateException`.
package io.github.nonplus.failure;
