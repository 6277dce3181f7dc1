package io.github.nonplus.reference.transformers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.reference.Variant;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/// The Python process: a line of JSON in, a line of JSON out. What else it prints is kept, as much
/// as a sentence about its end needs.
final class ScorerProcess implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int KEPT_LINES = 3;

  private final String python;
  private final Process process;
  private final BufferedWriter to;
  private final BufferedReader from;
  private final Deque<String> lastWords = new ArrayDeque<>();
  private final Thread listener;

  private ScorerProcess(String python, Process process) {
    this.python = python;
    this.process = process;
    this.to = process.outputWriter(StandardCharsets.UTF_8);
    this.from = process.inputReader(StandardCharsets.UTF_8);
    this.listener = Thread.ofVirtual().start(this::listen);
  }

  static ScorerProcess start(String python, Path directory, Variant variant, int threads) {
    ProcessBuilder builder =
        PythonCommand.of(
            python,
            "-c",
            script(),
            directory.toAbsolutePath().toString(),
            variant.name(),
            Integer.toString(threads));
    // The model is a directory; nothing is to be fetched or reported.
    builder
        .environment()
        .putAll(
            Map.of(
                "HF_HUB_OFFLINE", "1",
                "TRANSFORMERS_OFFLINE", "1",
                "HF_HUB_DISABLE_TELEMETRY", "1"));
    // Threads that spin while they wait are slow where others compute too.
    builder.environment().putIfAbsent("OMP_WAIT_POLICY", "passive");
    try {
      return new ScorerProcess(python, builder.start());
    } catch (IOException e) {
      throw new DeviceException(
          "the Python %s does not start: %s; name another one with --python"
              .formatted(python, Reason.of(e)),
          e);
    }
  }

  private static String script() {
    try (InputStream in = ScorerProcess.class.getResourceAsStream("scorer.py")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends a window and waits for the answer.
  JsonNode ask(int[] ids, int scored) {
    ObjectNode window = JsonNodeFactory.instance.objectNode();
    ArrayNode list = window.putArray("ids");
    for (int id : ids) {
      list.add(id);
    }
    window.put("scored", scored);
    try {
      to.write(window.toString());
      to.newLine();
      to.flush();
    } catch (IOException e) {
      throw ended(e);
    }
    return answer();
  }

  /// Waits for the next answer.
  JsonNode answer() {
    try {
      String line = from.readLine();
      if (line == null) {
        throw ended(null);
      }
      JsonNode answer = MAPPER.readTree(line);
      if (answer.has("failure")) {
        throw new DeviceException(answer.get("failure").asText());
      }
      return answer;
    } catch (JsonProcessingException e) {
      throw new DeviceException("the Python %s answered what is no JSON".formatted(python), e);
    } catch (IOException e) {
      throw ended(e);
    }
  }

  private DeviceException ended(IOException cause) {
    try {
      int code = process.waitFor();
      listener.join();
      return new DeviceException(
          "the Python %s ended with code %d%s; run the engine pytorch, or repair that Python"
              .formatted(python, code, words()),
          cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new DeviceException("waiting for Python was interrupted", e);
    }
  }

  private synchronized String words() {
    return lastWords.isEmpty() ? "" : ", saying: " + String.join(" ", lastWords);
  }

  private void listen() {
    try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = errors.readLine(); line != null; line = errors.readLine()) {
        synchronized (this) {
          lastWords.addLast(line.strip());
          if (lastWords.size() > KEPT_LINES) {
            lastWords.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      // the process is gone, and with it what it might have said
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
