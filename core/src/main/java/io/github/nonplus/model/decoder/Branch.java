package io.github.nonplus.model.decoder;

/// A part with its norms: scale · after(part(before(x))).
///
/// @param name in the names of buffers: `attention`, `mlp`
/// @param before null for none
/// @param after null for none
public record Branch(String name, Norming before, Part part, Norming after, double scale) {
  /// A branch that is added as it is.
  public static Branch of(String name, Norming before, Part part) {
    return new Branch(name, before, part, null, 1);
  }

  /// The same with a norm of its result.
  public Branch then(Norming norm) {
    return new Branch(name, before, part, norm, scale);
  }

  /// The same times a number.
  public Branch scaledBy(double factor) {
    return new Branch(name, before, part, after, factor);
  }
}
