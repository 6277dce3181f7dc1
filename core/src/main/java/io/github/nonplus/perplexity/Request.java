package io.github.nonplus.perplexity;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.journal.Shard;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// What a user asks for: which model on which device over which windows.
///
/// @param model a Hugging Face model or converted weights
/// @param library the compiled model; compiled in memory if absent
/// @param context tokens of the longest window, if not as many as the model was made for; for one
///   that is compiled in memory
/// @param device its name
/// @param input the file of windows
/// @param windowsPerBatch the most windows of a batch, if not left to the library's chunk of tokens
/// @param verify how many windows the CPU runs as well beforehand, if any
/// @param journal where finished windows are kept
/// @param shard the part of the windows that is wanted
public record Request(
    Path model,
    Optional<Path> library,
    OptionalInt context,
    String device,
    DeviceOptions options,
    Path input,
    OptionalInt windowsPerBatch,
    OptionalInt verify,
    JournalPlace journal,
    Shard shard) {
  /// All windows, and no journal.
  public Request(
      Path model,
      Optional<Path> library,
      String device,
      DeviceOptions options,
      Path input,
      OptionalInt windowsPerBatch,
      OptionalInt verify) {
    this(
        model,
        library,
        OptionalInt.empty(),
        device,
        options,
        input,
        windowsPerBatch,
        verify,
        new JournalPlace.None(),
        Shard.WHOLE);
  }
}
