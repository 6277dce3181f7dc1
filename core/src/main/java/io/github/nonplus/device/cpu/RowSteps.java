package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;

/// The operations that copy rows, and what all have in common that treat every token by itself.
final class RowSteps {
  private RowSteps() {}

  /// One strip of an operation's result.
  @FunctionalInterface
  interface Strip {
    void compute(Frame frame, int worker, int strip);
  }

  static Step embed(Embed embed, ModelWeights weights, Scratch[] scratch) {
    Matrix table =
        weights.matrix(embed.table().name(), embed.table().outputs(), embed.table().inputs());
    float scale = (float) embed.scale();
    return strips(
        embed.output(),
        (frame, worker, strip) -> {
          float[] row = scratch[worker].row;
          int width = frame.layout().width();
          int end = Math.min(frame.rows(embed.output()), (strip + 1) * width);
          for (int token = strip * width; token < end; token++) {
            int id = index(embed, frame, token);
            table.decode(id, id + 1, row, 0);
            if (scale != 1) {
              for (int n = 0; n < table.columns(); n++) {
                row[n] *= scale;
              }
            }
            frame.write(embed.output().view(), token, row);
          }
        });
  }

  private static int index(Embed embed, Frame frame, int token) {
    return switch (embed.by()) {
      case TOKEN -> frame.batch().ids()[token];
      case POSITION -> frame.position(token) + embed.offset();
    };
  }

  static Step concatenate(Concatenate concatenate) {
    return strips(
        concatenate.output(),
        (frame, _, strip) -> {
          int out = frame.at(concatenate.output().view(), strip);
          for (View part : concatenate.parts()) {
            int count = part.width() * frame.layout().width();
            System.arraycopy(frame.arena(), frame.at(part, strip), frame.arena(), out, count);
            out += count;
          }
        });
  }

  static Step select(SelectRows select, Scratch[] scratch) {
    return strips(
        select.output(),
        (frame, worker, strip) -> {
          float[] row = scratch[worker].row;
          int width = frame.layout().width();
          int end = Math.min(frame.rows(select.output()), (strip + 1) * width);
          for (int selected = strip * width; selected < end; selected++) {
            frame.read(select.input(), frame.batch().selected()[selected], row, 0);
            frame.write(select.output().view(), selected, row);
          }
        });
  }

  static Step strips(Buffer output, Strip strip) {
    return (frame, workers) ->
        workers.run(frame.strips(output), (worker, index) -> strip.compute(frame, worker, index));
  }
}
