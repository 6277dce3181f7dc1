package io.github.nonplus.receipt;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.tokenizer.TokenizerFiles;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One model of a result, looked at again: its weights, tokenizer, library and device.
///
/// @param prefix of what is looked at, in words: empty, or `reference ` for the other side
/// @param model what the result says of it
/// @param execution what it says of where it ran
/// @param places where to look, if not where the result says
record SideReceipt(
    String prefix, Claimed model, Claimed execution, Places places, List<Check> checks) {
  /// @param directory of weights
  /// @param library the compiled model
  record Places(Optional<Path> directory, Optional<Path> library) {}

  void check() {
    file(
        checks,
        prefix + "library",
        execution.text("library_sha256"),
        places.library.or(() -> execution.place("library")));
    Optional<Path> directory = places.directory.or(() -> model.place("path"));
    Optional<String> weights = model.text("weights_sha256");
    if (weights.isEmpty()) {
      checks.add(Check.unclaimed(prefix + "weights"));
    } else if (directory.isEmpty() || !Files.exists(directory.get())) {
      checks.add(absent(prefix + "weights", weights.get(), directory));
    } else {
      checks.add(
          digested(prefix + "weights", weights.get(), directory.get(), SideReceipt::weightsDigest));
    }
    tokenizer(directory.map(TokenizerFiles::of));
    device();
  }

  private void tokenizer(Optional<TokenizerFiles> files) {
    String subject = prefix + "tokenizer";
    Optional<String> claimed = model.text("tokenizer_sha256");
    if (claimed.isEmpty()) {
      checks.add(Check.unclaimed(subject));
    } else if (files.filter(TokenizerFiles::exist).isEmpty()) {
      checks.add(absent(subject, claimed.get(), files.map(TokenizerFiles::path)));
    } else {
      checks.add(
          digested(
              subject, claimed.get(), files.get().path(), _ -> Sha256.of(files.get().bytes())));
    }
  }

  /// The same device is asked what it is; which kernels it computed with was the user's to say.
  private void device() {
    Optional<String> name = execution.text("device");
    Optional<String> description = execution.text("device_description");
    if (name.isEmpty() || description.isEmpty()) {
      checks.add(Check.unclaimed(prefix + "device"));
      return;
    }
    try (Device device = Devices.open(name.get(), DeviceOptions.defaults())) {
      checks.add(Check.of(prefix + "device", description.get(), device.description(), name.get()));
    } catch (NonplusException notHere) {
      checks.add(Check.absent(prefix + "device", description.get(), notHere.getMessage()));
    }
  }

  /// Holds a file against the digest that a result claims.
  ///
  /// @param place where it is to lie, if that is known
  static void file(
      List<Check> checks, String subject, Optional<String> claimed, Optional<Path> place) {
    file(checks, subject, claimed, place, Sha256::of);
  }

  /// The same by another digest than that of all its bytes.
  static void file(
      List<Check> checks,
      String subject,
      Optional<String> claimed,
      Optional<Path> place,
      Sha256.OfFile digest) {
    if (claimed.isEmpty()) {
      checks.add(Check.unclaimed(subject));
    } else if (place.isEmpty() || !Files.isRegularFile(place.get())) {
      checks.add(absent(subject, claimed.get(), place));
    } else {
      checks.add(digested(subject, claimed.get(), place.get(), file -> read(file, digest)));
    }
  }

  private static Check digested(
      String subject, String claimed, Path place, Function<Path, String> digest) {
    try {
      return Check.of(subject, claimed, digest.apply(place), place.toString());
    } catch (NonplusException unusable) {
      return Check.absent(subject, claimed, unusable.getMessage());
    }
  }

  private static String read(Path file, Sha256.OfFile digest) {
    try {
      return digest.of(file);
    } catch (IOException e) {
      throw new RecordException("%s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }
  }

  private static String weightsDigest(Path directory) {
    try (ModelWeights weights = ModelDirectory.open(directory).openWeights()) {
      return weights.digest();
    }
  }

  private static Check absent(String subject, String claimed, Optional<Path> place) {
    return Check.absent(
        subject,
        claimed,
        place.map(each -> each + " is not there").orElse("the result does not say where it lay"));
  }
}
