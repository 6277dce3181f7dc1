package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Standard input, which may have no end, up to a number of bytes.
final class BoundedInput extends FilterInputStream {
  private final long most;
  private long taken;

  BoundedInput(InputStream in, long most) {
    super(in);
    this.most = most;
  }

  @Override
  public int read() throws IOException {
    return counted(super.read(), 1);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int n = super.read(into, offset, length);
    return counted(n, n);
  }

  private int counted(int result, int bytes) {
    taken += result < 0 ? 0 : bytes;
    if (taken > most) {
      throw new CorpusException(
          "standard input goes on after %d bytes, the most that is taken of it; give a file"
              .formatted(most));
    }
    return result;
  }
}
