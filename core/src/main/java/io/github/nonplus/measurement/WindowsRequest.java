package io.github.nonplus.measurement;

import io.github.nonplus.corpus.Documents;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.stability.Api;
import io.github.nonplus.tokenizer.SpelledAs;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// What a user asks for: which windows of which texts.
///
/// @param model the directory with the tokenizer
/// @param wanted which of the model's interpretations is to be measured, which says how long
///   windows may be
/// @param spelled what special tokens become that the texts spell out
/// @param texts as [Documents] opens them; none for the test text of WikiText-2
@Api
public record WindowsRequest(
    Path model,
    Wanted wanted,
    List<Path> texts,
    Documents.RowText rowText,
    Protocol protocol,
    Size size,
    SpelledAs spelled) {
  public WindowsRequest {
    texts = List.copyOf(texts);
  }

  /// Of a model as its container takes it.
  public WindowsRequest(
      Path model,
      List<Path> texts,
      Documents.RowText rowText,
      Protocol protocol,
      Size size,
      SpelledAs spelled) {
    this(model, Wanted.DEFAULT, texts, rowText, protocol, size, spelled);
  }

  /// The windows of one text, as a protocol cuts it.
  public static WindowsRequest of(Path model, Path text, Protocol protocol) {
    OptionalInt none = OptionalInt.empty();
    return new WindowsRequest(
        model,
        List.of(text),
        new Documents.RowText("text", "text"),
        protocol,
        new Size(none, none, none, none),
        SpelledAs.IDS);
  }

  /// What a user asks for instead of what the protocol says.
  ///
  /// @param window ids of a full window
  /// @param stride tokens from one window's begin to the next
  /// @param scored ids scored of each window, its last
  /// @param chunks windows at most
  public record Size(
      OptionalInt window, OptionalInt stride, OptionalInt scored, OptionalInt chunks) {}
}
