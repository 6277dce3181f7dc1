package io.github.nonplus.model.decoder;

import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Rotate.Pairing;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.rotation.Rotation;

/// How heads turn with their token's position.
///
/// @param from the first column of a head that turns
/// @param turned how many turn
public record Turning(Rotation rotation, int from, int turned, Pairing pairing, boolean backwards) {
  /// The first columns of each head in halves.
  public static Turning halves(Rotation rotation, int turned) {
    return new Turning(rotation, 0, turned, Pairing.HALVES, false);
  }

  /// The first columns of each head in neighbours.
  public static Turning neighbours(Rotation rotation, int turned) {
    return new Turning(rotation, 0, turned, Pairing.NEIGHBOURS, false);
  }

  /// The first columns of each head.
  public static Turning first(Rotation rotation, int turned, Pairing pairing) {
    return new Turning(rotation, 0, turned, pairing, false);
  }

  /// The same from a later column of a head on.
  public Turning after(int column) {
    return new Turning(rotation, column, turned, pairing, backwards);
  }

  /// The operation that turns some heads.
  public Rotate of(View heads, int headSize) {
    return new Rotate(heads, headSize, from, turned, pairing, backwards, rotation);
  }
}
