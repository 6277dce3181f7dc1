package io.github.nonplus.device;

import java.util.Objects;

/// What a model says of the next token before it is made a probability: logits, of one batch at a
/// time and a range of its selected rows at a time.
///
/// Of a batch, whoever implements this keeps what the output layer reads, one row as wide as the
/// model for each selected row. Rows as wide as the vocabulary exist only for the range that is
/// asked for, so memory follows from the range and not from the batch.
///
/// Every [Executable] of a program that ends in a score is one. An engine that runs no programs
/// implements this alone. Not for several threads at once.
public interface LogitsSource extends AutoCloseable {
  /// Logits of a row: the outputs of the model's last layer, which may be more than its tokenizer
  /// has tokens.
  int vocabulary();

  /// Makes `batch` the batch at hand and computes it up to the output layer.
  void begin(Batch batch);

  /// Computes logits of selected rows `from` to `to` of the batch at hand: those that follow from
  /// token `batch.selected()[from]` of the batch are written to `into[0 … vocabulary)`, the next
  /// row's behind them. Ranges may be asked for in any order and more than once, and the bits of a
  /// row do not depend on the range.
  ///
  /// @param into room for `(to − from) · vocabulary` float32; what is behind stays as it was
  /// @throws IndexOutOfBoundsException if there are no such rows, or there is not that much room
  /// @throws IllegalStateException if there is no batch at hand
  void logits(int from, int to, float[] into);

  /// Refuses a range of rows that a batch does not have, or that does not fit an array.
  ///
  /// @param batch the batch at hand, null if there is none
  static void requireRange(Batch batch, int from, int to, int vocabulary, float[] into) {
    if (batch == null) {
      throw new IllegalStateException("logits of no batch: begin one");
    }
    Objects.checkFromToIndex(from, to, batch.selected().length);
    if ((long) (to - from) * vocabulary > into.length) {
      throw new IndexOutOfBoundsException(
          "%d rows of %d logits do not fit an array of %d"
              .formatted(to - from, vocabulary, into.length));
    }
  }

  @Override
  void close();
}
