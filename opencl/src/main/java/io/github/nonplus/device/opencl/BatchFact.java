package io.github.nonplus.device.opencl;

import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.rotation.Rotation;

/// Something that follows from a batch's windows and is on the device once for all operations that
/// need it.
sealed interface BatchFact {
  /// Bytes that it takes.
  ///
  /// @param tokens the most of a batch
  long bytes(int tokens);

  /// Where in its window each token stands.
  record OwnPositions() implements BatchFact {
    @Override
    public long bytes(int tokens) {
      return Positions.bytes(tokens);
    }
  }

  /// In which row each window begins.
  record WindowStarts() implements BatchFact {
    @Override
    public long bytes(int tokens) {
      return Starts.bytes(tokens);
    }
  }

  /// The angles of positions.
  ///
  /// @param turned columns of a head that turn
  record Turns(Rotation rotation, int turned) implements BatchFact {
    @Override
    public long bytes(int tokens) {
      return Angles.bytes(turned, tokens);
    }
  }

  /// Where the rows of a routed space lie.
  ///
  /// @param each rows of it for a row
  /// @param experts as many as there are
  record Groups(int each, int experts) implements BatchFact {
    @Override
    public long bytes(int tokens) {
      return RowGroups.bytes(each, experts, tokens);
    }
  }

  /// Which rows of attention go together, at most `queries` of them.
  record Together(int queries, RowSpace rows) implements BatchFact {
    @Override
    public long bytes(int tokens) {
      return QueryTiles.bytes(tokens);
    }
  }
}
