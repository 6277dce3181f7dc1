package io.github.nonplus.receipt;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where what a result is to be scored anew from lies: where one was told, or where the result
/// says.
///
/// @param library absent where there is none, or none any more
/// @param reference weights or llama.cpp's file; absent if the result has no reference
record Sources(
    Path windows,
    Path model,
    Optional<Path> library,
    Optional<Path> reference,
    Optional<Path> referenceLibrary) {
  static Sources of(Claimed facts, GivenPaths places) {
    Claimed reference = facts.part("reference");
    Optional<Path> other =
        places
            .reference()
            .or(() -> reference.place("file"))
            .or(() -> reference.part("model").place("path"));
    return new Sources(
        places
            .windows()
            .or(() -> facts.part("corpus").place("windows_file"))
            .orElse(Path.of("windows")),
        places.model().or(() -> facts.part("model").place("path")).orElse(Path.of("model")),
        places
            .library()
            .or(() -> facts.part("execution").place("library"))
            .filter(Files::isRegularFile),
        reference.json().isObject() ? other : Optional.empty(),
        places
            .referenceLibrary()
            .or(() -> reference.place("library"))
            .filter(Files::isRegularFile));
  }
}
