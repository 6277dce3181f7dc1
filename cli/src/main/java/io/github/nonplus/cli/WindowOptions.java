package io.github.nonplus.cli;

import io.github.nonplus.measurement.WindowsRequest;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.protocol.Protocols;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say how a text becomes windows.
final class WindowOptions {
  @Option(
      names = "--protocol",
      defaultValue = "qualcomm-mlc",
      paramLabel = "NAME",
      completionCandidates = Names.OfProtocols.class,
      description = {
        "What is measured: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}. docs/protocols.md"
            + " draws each."
      })
  String protocol;

  @Option(
      names = "--window",
      paramLabel = "WINDOW",
      description =
          "Ids in a full window. Default: the protocol's (256 for qualcomm-mlc), or the model's"
              + " context where the protocol takes that.")
  Integer window;

  @Option(
      names = "--stride",
      paramLabel = "STRIDE",
      description =
          "Tokens from one window's begin to the next, for protocols whose windows overlap."
              + " Default: the protocol's (128 for qualcomm-mlc).")
  Integer stride;

  @Option(
      names = "--scored",
      paramLabel = "N",
      description =
          "With --protocol own: only the last N ids of each window are scored. Default: all but the"
              + " first.")
  Integer scored;

  @Option(names = "--chunks", paramLabel = "N", description = "Only the first N windows.")
  Integer chunks;

  @Mixin SpelledOptions spelledAs;

  @Mixin RowTextOptions rowText;

  /// The windows of `texts` by the tokenizer of `model`.
  WindowsRequest request(Path model, Wanted wanted, List<Path> texts) {
    return new WindowsRequest(
        model,
        wanted,
        texts,
        rowText.names(),
        Protocols.named(protocol),
        new WindowsRequest.Size(of(window), of(stride), of(scored), of(chunks)),
        spelledAs.spelled());
  }

  private static OptionalInt of(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
