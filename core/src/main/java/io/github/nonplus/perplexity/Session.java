package io.github.nonplus.perplexity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.journal.JournalContent;
import io.github.nonplus.version.Version;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One start of a run: a run that was interrupted, or split over machines, has several.
///
/// @param started an instant
/// @param versions by name
record Session(
    String started,
    String device,
    String deviceDescription,
    String kernels,
    int threads,
    String arithmetic,
    Map<String, String> versions) {
  Session {
    try {
      Instant.parse(started);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "started is '%s', expected a time such as 2026-01-31T12:00:00Z".formatted(started), e);
    }
    versions = new LinkedHashMap<>(versions);
  }

  static Session now(Device device, Computation computation) {
    return new Session(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        device.name(),
        device.description(),
        computation.kernels(),
        device.threads(),
        computation.arithmetic().words(),
        Version.ofRun());
  }

  /// The sessions of a journal in `file`.
  static List<Session> of(JournalContent journal, Path file) {
    return journal.sessions().stream()
        .map(session -> RunAccount.read(session, Session.class, file))
        .toList();
  }

  ObjectNode json() {
    return RunAccount.write(this);
  }

  /// What the sessions say, each thing once.
  static String joined(List<Session> sessions, Function<Session, String> what) {
    return sessions.stream()
        .map(what)
        .filter(Objects::nonNull)
        .distinct()
        .collect(Collectors.joining(" + "));
  }
}
