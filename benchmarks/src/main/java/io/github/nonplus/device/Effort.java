package io.github.nonplus.device;

import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;

/// What an operation has to do for a batch, at least.
///
/// @param operations multiplications and additions of a product or of attention; 0 if it has none
///   worth counting
/// @param bytes of activations read and written
public record Effort(double operations, double bytes) {
  /// @param halves whether what products read and what is rotated lies in float16
  public static Effort of(Operation operation, Batch batch, boolean halves) {
    boolean rotates = operation instanceof Rotate;
    double readBytes = halves && rotates ? 2 : 4;
    double writtenBytes = halves && (rotates || operation instanceof Norm) ? 2 : 4;
    double read =
        operation.inputs().stream()
            .mapToDouble(view -> readBytes * view.width() * rows(view.buffer(), batch))
            .sum();
    double written =
        operation.written().stream()
            .mapToDouble(view -> writtenBytes * view.width() * rows(view.buffer(), batch))
            .sum();
    return new Effort(operations(operation, batch), read + written);
  }

  private static double operations(Operation operation, Batch batch) {
    return switch (operation) {
      case MatMul matmul ->
          2.0 * rows(matmul.output(), batch) * matmul.input().width() * matmul.output().width();
      case Score score ->
          2.0 * batch.selected().length * score.input().width() * score.head().weight().outputs();
      case Attend attend ->
          2.0 * attend.heads() * (attend.keySize() + attend.valueSize()) * pairs(attend, batch);
      case SelectKeys select -> scores(select.ranking(), batch);
      case Embed _, Norm _, Rotate _, Elementwise _, Gate _, Combine _ -> 0;
      case ExpertMatMul experts ->
          2.0 * rows(experts.output(), batch) * experts.input().width() * experts.output().width();
      case Route _, Spread _, Gather _ -> 0;
      case Convolve convolve ->
          2.0
              * convolve.taps().length()
              * rows(convolve.output(), batch)
              * convolve.output().width();
      case Scan scan -> states(scan.law()) * rows(scan.output(), batch) * scan.output().width();
      case Scale _, Adjust _, FakeQuantize _, Concatenate _, Softplus _, Decay _, SelectRows _ -> 0;
    };
  }

  /// Products and sums of one column and token of a recurrence.
  private static double states(ScanLaw law) {
    return switch (law) {
      case ScanLaw.Memory memory -> (memory.corrects() ? 7.0 : 5.0) * memory.keySize();
      case ScanLaw.Selective selective -> 5.0 * selective.states();
      case ScanLaw.Gated _ -> 4;
      case ScanLaw.Weighted _ -> 10;
    };
  }

  private static double scores(Ranking ranking, Batch batch) {
    return switch (ranking) {
      case Ranking.OfKeys _ -> 0;
      case Ranking.Indexed indexed -> {
        double pairs = 0;
        for (int w = 0; w < batch.windows(); w++) {
          double length = batch.starts()[w + 1] - batch.starts()[w];
          pairs += length * (length + 1) / 2;
        }
        yield 2.0 * indexed.query().width() * pairs;
      }
    };
  }

  /// Pairs of a query and a key that it sees.
  private static double pairs(Attend attend, Batch batch) {
    double pairs = 0;
    int window = 0;
    int rows = rows(attend.output(), batch);
    for (int i = 0; i < rows; i++) {
      int token = attend.output().rows().equals(RowSpace.TOKENS) ? i : batch.selected()[i];
      while (token >= batch.starts()[window + 1]) {
        window++;
      }
      int position = token - batch.starts()[window];
      int first = attend.mask().firstKey(position);
      pairs += position - first + 1 + Math.min(first, attend.mask().kept());
    }
    return pairs;
  }

  private static int rows(Buffer buffer, Batch batch) {
    return batch.rows(buffer.rows());
  }
}
