package io.github.nonplus.scoring;

import io.github.nonplus.tokenizer.SpelledAs;
import io.github.nonplus.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

/// As many tokenizers of one model as there are threads that use one at the same time. One that a
/// text has ended is not used again.
final class Tokenizers implements AutoCloseable {
  private final Path model;
  private final SpelledAs spelled;
  private final Deque<Tokenizer> idle = new ArrayDeque<>();
  private boolean closed;

  Tokenizers(Path model, SpelledAs spelled) {
    this.model = model;
    this.spelled = spelled;
  }

  <T> T use(Function<Tokenizer, T> work) {
    Tokenizer tokenizer = take();
    try {
      return work.apply(tokenizer);
    } finally {
      give(tokenizer);
    }
  }

  private Tokenizer take() {
    synchronized (idle) {
      if (closed) {
        throw new IllegalStateException("the tokenizers were closed");
      }
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return Tokenizer.open(model, spelled);
  }

  private void give(Tokenizer tokenizer) {
    synchronized (idle) {
      if (!closed && !tokenizer.hasEnded()) {
        idle.push(tokenizer);
        return;
      }
    }
    tokenizer.close();
  }

  @Override
  public void close() {
    synchronized (idle) {
      closed = true;
      idle.forEach(Tokenizer::close);
      idle.clear();
    }
  }
}
