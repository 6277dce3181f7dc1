package io.github.nonplus.model.decoder;

/// What tokens become before the first block.
///
/// @param name of the table without its ending `.weight`
/// @param width of its rows
/// @param scale that rows are multiplied by
/// @param positions added to them; null for none
/// @param norm of the sum; null for none
/// @param projection of rows to the model's width, before positions are added; null for none
public record Embedding(
    String name,
    int vocabulary,
    int width,
    double scale,
    Positions positions,
    Norming norm,
    Projection projection) {
  /// Rows as they are.
  public Embedding(String name, int vocabulary, int width) {
    this(name, vocabulary, width, 1, null, null, null);
  }

  /// Learnt positions: position p is row p + offset of a table.
  ///
  /// @param name of the table without its ending `.weight`
  /// @param rows of the table
  public record Positions(String name, int rows, int offset) {}

  /// The same with rows multiplied by a number.
  public Embedding scaledBy(double factor) {
    return new Embedding(name, vocabulary, width, factor, positions, norm, projection);
  }

  /// The same with learnt positions.
  public Embedding with(Positions learnt) {
    return new Embedding(name, vocabulary, width, scale, learnt, norm, projection);
  }

  /// The same with a norm.
  public Embedding with(Norming normed) {
    return new Embedding(name, vocabulary, width, scale, positions, normed, projection);
  }

  /// The same with a projection.
  public Embedding with(Projection projected) {
    return new Embedding(name, vocabulary, width, scale, positions, norm, projected);
  }
}
