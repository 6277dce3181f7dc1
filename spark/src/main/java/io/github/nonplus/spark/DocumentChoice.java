package io.github.nonplus.spark;

import io.github.nonplus.measurement.WindowsRequest;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.scoring.DocumentRequest;
import io.github.nonplus.tokenizer.SpelledAs;
import java.io.Serializable;
import java.util.OptionalInt;

/// How documents are scored, in a form that travels to executors. What is null is the protocol's.
///
/// @param protocol its name
/// @param letters whether special tokens that a text spells out are taken as letters
public record DocumentChoice(
    String protocol,
    Integer window,
    Integer stride,
    Integer scored,
    Integer chunks,
    boolean letters)
    implements Serializable {
  /// A protocol with windows of its own size.
  public static DocumentChoice of(String protocol) {
    return new DocumentChoice(protocol, null, null, null, null, false);
  }

  DocumentRequest request() {
    return new DocumentRequest(
        Protocols.named(protocol),
        new WindowsRequest.Size(of(window), of(stride), of(scored), of(chunks)),
        letters ? SpelledAs.LETTERS : SpelledAs.IDS);
  }

  private static OptionalInt of(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
