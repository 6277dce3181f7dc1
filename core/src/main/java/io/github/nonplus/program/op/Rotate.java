package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.rotation.Rotation;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Rotary position embedding, in place: in each head of `vector`, the `turned` columns from `from`
/// on are rotated by the token's position within the window; the others stay as they are.
///
/// @param headSize columns of a head
/// @param pairing which columns turn together
/// @param backwards whether they turn the other way: by the negative angle
public record Rotate(
    View vector,
    int headSize,
    int from,
    int turned,
    Pairing pairing,
    boolean backwards,
    Rotation rotation)
    implements Operation {
  /// Which columns turn together.
  public enum Pairing {
    /// Column i with column i + turned / 2.
    HALVES,
    /// Column 2i with column 2i + 1.
    NEIGHBOURS
  }

  public Rotate {
    Operation.require(headSize > 0 && vector.width() % headSize == 0, vector, headSize);
    boolean fits = from >= 0 && turned > 0 && turned % 2 == 0 && from <= headSize - turned;
    Operation.require(fits, headSize, "%d columns from %d on".formatted(turned, from));
    Objects.requireNonNull(pairing);
    Objects.requireNonNull(rotation);
  }

  /// Whole heads in halves.
  public static Rotate whole(View vector, int headSize, Rotation rotation) {
    return new Rotate(vector, headSize, 0, headSize, Pairing.HALVES, false, rotation);
  }

  /// The same by another rotation.
  public Rotate by(Rotation other) {
    return new Rotate(vector, headSize, from, turned, pairing, backwards, other);
  }

  /// The same of other pairs.
  public Rotate paired(Pairing other) {
    return new Rotate(vector, headSize, from, turned, other, backwards, rotation);
  }

  @Override
  public String verb() {
    return "rotate";
  }

  @Override
  public String text() {
    return "rotate %s heads of %d%s%s%s by %s"
        .formatted(
            vector,
            headSize,
            turned == headSize ? "" : ", columns %d to %d".formatted(from, from + turned),
            pairing == Pairing.HALVES ? "" : " in " + pairing.name().toLowerCase(Locale.ROOT),
            backwards ? " backwards" : "",
            rotation);
  }

  /// A selected row no longer says at which position its token is.
  @Override
  public List<Reading> readings() {
    return List.of(Reading.allRows(vector));
  }

  @Override
  public Optional<View> written() {
    return Optional.of(vector);
  }

  @Override
  public boolean rowsFit() {
    return vector.buffer().rows().equals(RowSpace.TOKENS);
  }

  @Override
  public long terms(int window) {
    return 2;
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Rotate withInputs(UnaryOperator<View> change) {
    return new Rotate(change.apply(vector), headSize, from, turned, pairing, backwards, rotation);
  }
}
