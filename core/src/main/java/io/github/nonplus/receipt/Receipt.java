package io.github.nonplus.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.report.record.RecordContent;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.version.Version;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The digests of a result, taken again. What is not there is said to be absent, never taken for
/// right.
public final class Receipt {
  private final Path path;
  private final ObjectNode facts;
  private final GivenPaths places;
  private final List<Check> checks = new ArrayList<>();

  private Receipt(Path path, ObjectNode facts, GivenPaths places) {
    this.path = path;
    this.facts = facts;
    this.places = places;
  }

  /// Looks at everything that the result in a file says of where it came from.
  ///
  /// @param path of a record, or of what `calculate-perplexity --json` printed
  /// @throws RecordException if it is no result, or its scores do not give its perplexity
  public static List<Check> checks(Path path, GivenPaths places) {
    return checks(path, places, Optional.empty());
  }

  /// The same, and some windows are scored anew.
  public static List<Check> checks(Path path, GivenPaths places, Optional<Rescoring> rescoring) {
    RecordContent content = RecordContent.read(path);
    ObjectNode facts = content.facts();
    if (!facts.path("corpus").isObject()
        || !facts.path("model").isObject()
        || !facts.path("execution").isObject()
        || !facts.path("versions").isObject()) {
      throw new RecordException(
          path
              + " is no result: it lacks one of corpus, model, execution, versions; give what"
              + " calculate-perplexity --record or --json wrote");
    }
    Receipt receipt = new Receipt(path, facts, places);
    receipt.scores(content);
    rescoring.ifPresent(each -> receipt.rescore(each, content));
    receipt.files();
    receipt.model();
    receipt.device();
    receipt.versions();
    return List.copyOf(receipt.checks);
  }

  /// A record whose scores do not give its perplexity is refused when it is read.
  private void scores(RecordContent content) {
    if (content.scores().isPresent()) {
      String perplexity = Double.toString(RecordFile.of(content).perplexity());
      String note = "what the record's scores give";
      checks.add(new Check("perplexity", Check.State.MATCHES, perplexity, perplexity, note));
    } else {
      RecordFile.requireConsistent(content);
      String perplexity = content.facts().path("perplexity").asText();
      String note = "what its mean gives, but the result does not hold the scores behind that";
      checks.add(new Check("perplexity", Check.State.MATCHES, perplexity, perplexity, note));
      checks.add(Check.unclaimed("scores"));
    }
  }

  private void rescore(Rescoring rescoring, RecordContent content) {
    Path windows =
        places.windows().or(() -> place(text("corpus", "windows_file"))).orElse(Path.of("windows"));
    Path model = places.model().or(() -> place(text("model", "path"))).orElse(Path.of("model"));
    Optional<Path> library =
        places.library().or(() -> place(text("execution", "library"))).filter(Files::isRegularFile);
    checks.add(rescoring.check(content, windows, model, library));
  }

  private void files() {
    file("windows", places.windows(), "corpus", "windows_file", "windows_sha256");
    file("text", places.text(), "corpus", "text", "text_sha256");
    file("library", places.library(), "execution", "library", "library_sha256");
  }

  private void file(String subject, Optional<Path> given, String part, String name, String digest) {
    Optional<String> claimed = text(part, digest);
    Optional<Path> place = given.or(() -> place(text(part, name)));
    if (claimed.isEmpty()) {
      checks.add(Check.unclaimed(subject));
    } else if (place.isEmpty() || !Files.isRegularFile(place.get())) {
      checks.add(absent(subject, claimed.get(), place));
    } else {
      checks.add(digested(subject, claimed.get(), place.get(), Receipt::digest));
    }
  }

  private void model() {
    Optional<Path> directory = places.model().or(() -> place(text("model", "path")));
    Optional<String> weights = text("model", "weights_sha256");
    Optional<String> tokenizer = text("model", "tokenizer_sha256");
    if (weights.isEmpty()) {
      checks.add(Check.unclaimed("weights"));
    } else if (directory.isEmpty() || !Files.isDirectory(directory.get())) {
      checks.add(absent("weights", weights.get(), directory));
    } else {
      checks.add(digested("weights", weights.get(), directory.get(), Receipt::weightsDigest));
    }
    if (tokenizer.isEmpty()) {
      checks.add(Check.unclaimed("tokenizer"));
      return;
    }
    Optional<Path> file = directory.map(each -> each.resolve("tokenizer.json"));
    if (file.isEmpty() || !Files.isRegularFile(file.get())) {
      checks.add(absent("tokenizer", tokenizer.get(), file));
    } else {
      checks.add(digested("tokenizer", tokenizer.get(), file.get(), Receipt::digest));
    }
  }

  /// The same device is asked what it is; which kernels it computed with was the user's to say.
  private void device() {
    Optional<String> name = text("execution", "device");
    Optional<String> description = text("execution", "device_description");
    if (name.isEmpty() || description.isEmpty()) {
      checks.add(Check.unclaimed("device"));
      return;
    }
    try (Device device = Devices.open(name.get(), DeviceOptions.defaults())) {
      checks.add(Check.of("device", description.get(), device.description(), name.get()));
    } catch (NonplusException notHere) {
      checks.add(Check.absent("device", description.get(), notHere.getMessage()));
    }
  }

  private void versions() {
    Map<String, String> now = Version.ofRun();
    now.forEach(
        (name, found) ->
            text("versions", name)
                .ifPresentOrElse(
                    claimed -> checks.add(Check.of(words(name), claimed, found, "of this run")),
                    () -> checks.add(Check.unclaimed(words(name)))));
  }

  private static String words(String version) {
    return version.equals("build_sha256") ? "build" : version;
  }

  private static Check digested(
      String subject, String claimed, Path place, Function<Path, String> digest) {
    try {
      return Check.of(subject, claimed, digest.apply(place), place.toString());
    } catch (NonplusException unusable) {
      return Check.absent(subject, claimed, unusable.getMessage());
    }
  }

  private static String digest(Path file) {
    try {
      return Sha256.of(file);
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

  private static Optional<Path> place(Optional<String> text) {
    try {
      return text.map(Path::of);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private Optional<String> text(String part, String name) {
    JsonNode value = facts.path(part).path(name);
    return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }
}
