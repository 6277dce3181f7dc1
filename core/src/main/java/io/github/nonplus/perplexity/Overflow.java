package io.github.nonplus.perplexity;

import io.github.nonplus.protocol.Averaging;
import java.util.Locale;
import java.util.Optional;

/// A perplexity beyond the largest number: exp of some 710 nats is more than float64 holds. The
/// mean loss, of which it is the exponential, remains and is what can be compared.
public final class Overflow {
  private static final String LARGEST = "beyond the largest number (1.8e308)";

  private Overflow() {}

  /// A sentence that says so and why, where it is so.
  ///
  /// @param words of the text
  /// @param meanNll the exponent of the perplexity, in nats
  public static Optional<String> sentence(Averaging averaging, long words, double meanNll) {
    if (Double.isFinite(Math.exp(meanNll))) {
      return Optional.empty();
    }
    String why =
        averaging == Averaging.WORDS
            ? String.format(
                Locale.ROOT,
                "the protocol divides by the words of the text, and between its white space this one"
                    + " has %d; figures by bytes do not depend on that",
                words)
            : "the model gives the tokens of this text next to no probability; see nonplus inspect"
                + " --tokenizer whether they are of its tokenizer, and its weights whole";
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Warning: the perplexity is %s, only the mean loss of %.6g nats can be compared: %s.",
            LARGEST,
            meanNll,
            why));
  }
}
