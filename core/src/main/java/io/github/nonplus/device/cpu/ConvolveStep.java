package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;

/// Convolution of columns along the tokens of their window. A task is a strip: the tokens before
/// it, as many as the taps reach back, are put before it, and are 0 where they belong to another
/// window.
record ConvolveStep(Convolve convolve, float[] taps, float[] bias, Kernels kernels)
    implements Step {
  static ConvolveStep of(Convolve convolve, ModelWeights weights, Kernels kernels) {
    int columns = convolve.output().width();
    float[] bias =
        convolve.bias() == null
            ? new float[columns]
            : weights.vector(convolve.bias().name(), columns);
    float[] taps = convolve.taps().of(Weights.numbers(convolve.taps().parameter(), weights));
    return new ConvolveStep(convolve, taps, bias, kernels);
  }

  @Override
  public void run(Frame frame, Workers workers) {
    workers.run(frame.strips(convolve.output()), (_, strip) -> strip(frame, strip));
  }

  private void strip(Frame frame, int strip) {
    int width = frame.layout().width();
    int first = strip * width;
    int end = Math.min(first + width, frame.batch().tokens());
    // A strip may hold the ends of several windows: each is computed as if it were alone.
    for (int from = first; from < end; ) {
      int to = Math.min(end, frame.batch().starts()[frame.window(from) + 1]);
      stretch(frame, strip, from, to);
      from = to;
    }
  }

  /// Tokens `from` to `to`, which are of one window.
  private void stretch(Frame frame, int strip, int from, int to) {
    int width = frame.layout().width();
    int length = convolve.taps().length();
    int before = length - 1;
    int known = Math.min(before, frame.position(from));
    int offset = from - strip * width;
    float[] tokens = new float[before + width];
    float[] sums = new float[width];
    float[] arena = frame.arena();
    int in = frame.at(convolve.input(), strip);
    int out = frame.at(convolve.output().view(), strip);
    int[] earlier = new int[known];
    for (int back = 1; back <= known; back++) {
      int token = from - back;
      earlier[back - 1] = frame.at(convolve.input(), token / width) + token % width;
    }
    for (int column = 0; column < bias.length; column++) {
      Arrays.fill(tokens, offset, offset + before - known, 0);
      for (int back = known; back > 0; back--) {
        tokens[offset + before - back] = arena[earlier[back - 1] + column * width];
      }
      System.arraycopy(
          arena, in + column * width + offset, tokens, before + offset, width - offset);
      kernels.strips().convolve(tokens, 0, taps, column * length, length, bias[column], sums, 0);
      System.arraycopy(sums, offset, arena, out + column * width + offset, to - from);
    }
  }
}
