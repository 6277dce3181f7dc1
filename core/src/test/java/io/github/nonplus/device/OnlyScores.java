package io.github.nonplus.device;

/// An executable of which a test asks nothing but scores.
public abstract class OnlyScores implements Executable {
  @Override
  public float[] output(Batch batch) {
    throw new IllegalStateException();
  }

  @Override
  public int vocabulary() {
    throw new IllegalStateException();
  }

  @Override
  public void begin(Batch batch) {
    throw new IllegalStateException();
  }

  @Override
  public void logits(int from, int to, float[] into) {
    throw new IllegalStateException();
  }

  @Override
  public Trace trace(Batch batch) {
    throw new IllegalStateException();
  }

  @Override
  public void close() {}
}
