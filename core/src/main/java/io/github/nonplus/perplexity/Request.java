package io.github.nonplus.perplexity;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.stability.Api;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// What a user asks for: which model on which device over which windows.
///
/// @param model a Hugging Face model or converted weights
/// @param wanted which of the model's interpretations
/// @param library the compiled model; compiled in memory if absent
/// @param context tokens of the longest window, if not as many as the model was made for; for one
///   that is compiled in memory
/// @param device its name
/// @param input the file of windows
/// @param windowsPerBatch the most windows of a batch, if not left to the library's chunk of tokens
/// @param verify how many windows the CPU runs as well beforehand, if any
/// @param journal where finished windows are kept
/// @param shard the part of the windows that is wanted
@Api
public record Request(
    Path model,
    Wanted wanted,
    Optional<Path> library,
    OptionalInt context,
    String device,
    DeviceOptions options,
    Path input,
    OptionalInt windowsPerBatch,
    OptionalInt verify,
    JournalPlace journal,
    Shard shard) {
  /// The same of another interpretation of the model.
  public Request with(Wanted other) {
    return new Request(
        model,
        other,
        library,
        context,
        device,
        options,
        input,
        windowsPerBatch,
        verify,
        journal,
        shard);
  }

  /// The model as its container takes it.
  public Request(
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
    this(
        model,
        Wanted.DEFAULT,
        library,
        context,
        device,
        options,
        input,
        windowsPerBatch,
        verify,
        journal,
        shard);
  }

  /// All windows of the model as its container takes it, and no journal.
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
        Wanted.DEFAULT,
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
