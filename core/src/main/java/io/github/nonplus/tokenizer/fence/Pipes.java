package io.github.nonplus.tokenizer.fence;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The pipes to and from a process, used by a thread of its own.
///
/// A pipe can outlive its process: on Windows, another process that was started at the same moment
/// may hold its other end, and one who waits there cannot be called back. So it is that thread that
/// waits, and whoever asked goes on when the process has been gone for a while.
final class Pipes implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  /// What a process wrote before it ended lies in the pipe already.
  private static final int SECONDS_TO_DRAIN = 2;

  /// A request and its reply.
  interface Exchange<T> {
    T run(DataOutputStream requests, DataInputStream replies) throws IOException;
  }

  private final DataOutputStream requests;
  private final DataInputStream replies;
  private final CompletableFuture<Void> over;
  private final ExecutorService user =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("tokenizer pipes").factory());
  private boolean stuck;

  Pipes(Process process) {
    this.requests =
        new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
    this.replies = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    Executor later = CompletableFuture.delayedExecutor(SECONDS_TO_DRAIN, TimeUnit.SECONDS);
    this.over = process.onExit().thenAcceptAsync(_ -> {}, later);
  }

  /// Runs an exchange and waits for it.
  ///
  /// @throws IOException if the process ended before its reply was whole
  <T> T exchange(Exchange<T> exchange) throws IOException {
    var reply = new CompletableFuture<T>();
    user.execute(
        () -> {
          try {
            reply.complete(exchange.run(requests, replies));
          } catch (IOException | RuntimeException | Error e) {
            reply.completeExceptionally(e);
          }
        });
    try {
      CompletableFuture.anyOf(reply, over).join();
      stuck = !reply.isDone();
      if (stuck) {
        throw new EOFException("the process has ended, and its pipe has not");
      }
      return reply.join();
    } catch (CompletionException e) {
      throw cause(e);
    }
  }

  private static IOException cause(CompletionException e) {
    switch (e.getCause()) {
      case IOException io -> {
        return io;
      }
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw e;
    }
  }

  /// Lets the process end. A pipe that somebody waits at stays open: closing it would wait, too.
  @Override
  public void close() {
    user.shutdown();
    if (stuck) {
      return;
    }
    for (AutoCloseable pipe : new AutoCloseable[] {requests, replies}) {
      try {
        pipe.close();
      } catch (Exception e) {
        // It is closed all the same, or the process had ended before.
      }
    }
  }
}
