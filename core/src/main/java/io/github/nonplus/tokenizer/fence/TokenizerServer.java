package io.github.nonplus.tokenizer.fence;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The process behind the fence: holds one tokenizer and does what it is asked through its standard
/// input. It ends when that does, or when its parent is gone.
///
/// An interrupt from the terminal reaches the whole group of processes. Whether it ends the job is
/// for the parent to decide: here the JVM's orderly end waits for the pipe's.
final class TokenizerServer {
  private static final int BUFFER = 1 << 16;
  private static final int LOOK_EVERY_MS = 500;

  private final DataInputStream in;
  private final DataOutputStream out;
  private long tokenizer;

  private TokenizerServer(DataInputStream in, DataOutputStream out) {
    this.in = in;
    this.out = out;
  }

  static void main() {
    // What the JVM or a library prints must not get between the replies.
    DataOutputStream replies =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER));
    System.setOut(System.err);
    Runtime.getRuntime().addShutdownHook(new Thread(TokenizerServer::waitForTheEnd));
    ProcessHandle.current()
        .parent()
        .ifPresent(parent -> Thread.ofPlatform().daemon().start(() -> endWith(parent)));
    DataInputStream requests =
        new DataInputStream(
            new BufferedInputStream(new FileInputStream(FileDescriptor.in), BUFFER));
    try {
      new TokenizerServer(requests, replies).serve();
    } catch (IOException e) {
      // The parent is gone, or does not listen any more.
    }
    Runtime.getRuntime().halt(0);
  }

  private static void waitForTheEnd() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The pipe is not looked at while the library is at work, however long that is.
  private static void endWith(ProcessHandle parent) {
    try {
      while (parent.isAlive()) {
        Thread.sleep(LOOK_EVERY_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }

  private void serve() throws IOException {
    for (int request = in.read(); request >= 0; request = in.read()) {
      try {
        answer(request);
      } catch (EngineException | LinkageError e) {
        fail(Wire.UNLOADED, innermost(e).toString());
      } catch (RuntimeException | OutOfMemoryError e) {
        fail(Wire.REFUSED, String.valueOf(e.getMessage()));
      }
      out.flush();
    }
  }

  private void answer(int request) throws IOException {
    switch (request) {
      case Wire.LOAD -> {
        load(new String(Wire.readBytes(in), StandardCharsets.UTF_8));
        out.writeByte(Wire.DONE);
      }
      case Wire.ENCODE, Wire.ENCODE_SPECIAL -> {
        String text = new String(Wire.readBytes(in), StandardCharsets.UTF_8);
        int[] ids = encode(text, request == Wire.ENCODE_SPECIAL);
        out.writeByte(Wire.DONE);
        Wire.writeIds(out, ids);
      }
      case Wire.DECODE -> {
        String text = decode(Wire.readIds(in));
        out.writeByte(Wire.DONE);
        Wire.writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
      }
      default -> throw new IOException("no such request: " + request);
    }
  }

  private void load(String json) {
    LibUtils.checkStatus(); // the first time, this unpacks and loads the library
    if (tokenizer != 0) {
      TokenizersLibrary.LIB.deleteTokenizer(tokenizer);
      tokenizer = 0;
    }
    tokenizer = TokenizersLibrary.LIB.createTokenizerFromString(json);
    TokenizersLibrary.LIB.disableTruncation(tokenizer);
    TokenizersLibrary.LIB.disablePadding(tokenizer);
  }

  /// Asks the library for the ids alone: each token's string and place would be several objects.
  private int[] encode(String text, boolean special) {
    long encoding = TokenizersLibrary.LIB.encode(loaded(), text, special);
    try {
      long[] wide = TokenizersLibrary.LIB.getTokenIds(encoding);
      int[] ids = new int[wide.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (int) wide[i]; // of 32 bits, without a sign
      }
      return ids;
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  private String decode(int[] ids) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = Integer.toUnsignedLong(ids[i]);
    }
    return TokenizersLibrary.LIB.decode(loaded(), wide, false);
  }

  private long loaded() {
    if (tokenizer == 0) {
      throw new IllegalStateException("no tokenizer is loaded");
    }
    return tokenizer;
  }

  private void fail(byte status, String words) throws IOException {
    out.writeByte(status);
    Wire.writeBytes(out, words.getBytes(StandardCharsets.UTF_8));
  }

  private static Throwable innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }
}
