package io.github.nonplus.spark;

import io.github.nonplus.failure.RequestException;
import picocli.CommandLine.Option;

/// The options that say how a document becomes windows.
final class ProtocolOptions {
  @Option(
      names = "--protocol",
      defaultValue = "qualcomm-mlc",
      paramLabel = "NAME",
      description =
          "What is measured of each document: a protocol of docs/protocols.md. Default:"
              + " ${DEFAULT-VALUE}, as for nonplus.")
  String protocol;

  @Option(names = "--window", paramLabel = "N", description = "Ids in a full window.")
  Integer window;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "Tokens from one window's begin to the next.")
  Integer stride;

  @Option(
      names = "--scored",
      paramLabel = "N",
      description = "With --protocol own: only the last N ids of each window are scored.")
  Integer scored;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Only the first N windows of each document.")
  Integer chunks;

  @Option(
      names = "--spelled-tokens",
      defaultValue = "ids",
      paramLabel = "HOW",
      description = "What special tokens become that texts spell out: ids (default) or letters.")
  String spelled;

  DocumentChoice choice() {
    if (!spelled.equals("ids") && !spelled.equals("letters")) {
      throw new RequestException("--spelled-tokens is ids or letters, not '%s'".formatted(spelled));
    }
    return new DocumentChoice(protocol, window, stride, scored, chunks, spelled.equals("letters"));
  }
}
