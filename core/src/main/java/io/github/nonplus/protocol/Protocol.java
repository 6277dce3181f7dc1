package io.github.nonplus.protocol;

import io.github.nonplus.corpus.Windowing;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/// What exactly a tool measures, under one name. Two protocols give two numbers for the same model
/// and text, both right.
///
/// @param name under which it is asked for
/// @param original the tool, and the call of it that gives this number
/// @param joining what is tokenized as one text
/// @param specialTokens what is added to texts or windows
/// @param windows how windows are cut
/// @param lastFed whether the tool feeds the model a window's last id, which predicts nothing in it
/// @param averaging how losses become the perplexity
/// @param figures what the tool prints beside it
public record Protocol(
    String name,
    String original,
    Joining joining,
    SpecialTokens specialTokens,
    Cut windows,
    boolean lastFed,
    Averaging averaging,
    List<Figure> figures) {

  /// How windows are cut, for any window and stride that a user may ask for.
  ///
  /// @param window ids of a window if nobody asks; empty for as many as the model's context
  /// @param stride tokens between windows if nobody asks; empty where windows do not overlap, and
  ///   no stride can be asked for
  /// @param twice whether a text of less than two windows' tokens is refused
  /// @param of the windows of such a size
  public record Cut(
      OptionalInt window,
      OptionalInt stride,
      boolean twice,
      BiFunction<Integer, Integer, Windowing> of) {
    /// The same for texts of any length.
    public Cut(OptionalInt window, OptionalInt stride, BiFunction<Integer, Integer, Windowing> of) {
      this(window, stride, false, of);
    }
  }

  public Protocol {
    figures = List.copyOf(figures);
  }

  /// The same, with windows that a user wants.
  public Protocol with(Cut other) {
    return new Protocol(name, original, joining, specialTokens, other, lastFed, averaging, figures);
  }
}
