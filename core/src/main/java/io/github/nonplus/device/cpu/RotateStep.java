package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Rotate.Pairing;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Turns every head of every token by its position in its window.
record RotateStep(Rotate rotate, RotationTables tables, Kernels kernels) implements Step {
  @Override
  public void run(Frame frame, Workers workers) {
    tables.prepare(
        IntStream.range(0, frame.batch().windows())
            .mapToObj(frame::length)
            .collect(Collectors.toSet()));
    workers.run(frame.strips(rotate.vector().buffer()), (_, strip) -> strip(frame, strip));
  }

  private void strip(Frame frame, int strip) {
    int width = frame.layout().width();
    int half = rotate.turned() / 2;
    float[] cosine = new float[half * width];
    float[] sine = new float[cosine.length];
    int first = strip * width;
    for (int token = first; token < Math.min(first + width, frame.batch().tokens()); token++) {
      int position = frame.position(token);
      RotationTables.Table table = tables.of(frame.length(frame.window(token)));
      for (int i = 0; i < half; i++) {
        float turn = table.sine()[position * half + i];
        cosine[i * width + token - first] = table.cosine()[position * half + i];
        sine[i * width + token - first] = rotate.backwards() ? -turn : turn;
      }
    }
    boolean halves = rotate.pairing() == Pairing.HALVES;
    int step = halves ? 1 : 2;
    int distance = halves ? half : 1;
    for (int head = 0; head < rotate.vector().width(); head += rotate.headSize()) {
      int at = frame.at(rotate.vector(), strip, head + rotate.from());
      kernels.strips().rotate(frame.arena(), at, half, step, distance, cosine, sine);
    }
  }
}
