package io.github.nonplus.report;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.corpus.WindowsWriter;
import io.github.nonplus.files.Scratch;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Preparation;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.protocol.SpecialTokens;
import io.github.nonplus.protocol.SpelledTokens;
import io.github.nonplus.tokenizer.AddedTokens;
import io.github.nonplus.tokenizer.SpelledAs;
import io.github.nonplus.tokenizer.Tokenizer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// What can be wrong between a model, its tokenizer and a file of windows, found before hours are
/// spent on a number that means nothing.
public final class TokenizerExamination {
  private final Path model;
  private final Tokenizer tokenizer;
  private final List<String> lines = new ArrayList<>();
  private int warnings;

  private TokenizerExamination(Path model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /// The lines to print; each that begins with `warning` is one.
  ///
  /// @param model the directory of a model
  /// @param windows a file of windows that it is to score, if there is one
  public static List<String> of(Path model, Optional<Path> windows) {
    ModelDirectory directory = ModelDirectory.open(model);
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      TokenizerExamination examination = new TokenizerExamination(model, tokenizer);
      examination.vocabulary(directory.model().vocabularySize());
      examination.added();
      windows.ifPresent(
          path -> examination.windows(WindowsFile.read(path), directory.model().vocabularySize()));
      examination.say(
          "%s",
          examination.warnings == 0
              ? "nothing is wrong that could be seen"
              : Count.of(examination.warnings, "warning"));
      return examination.lines;
    }
  }

  private void vocabulary(int ofModel) {
    say(
        "vocabulary  %d ids in tokenizer.json, %d in the model",
        tokenizer.vocabularySize(), ofModel);
    if (tokenizer.vocabularySize() > ofModel) {
      warn(
          "tokenizer.json has ids up to %d, but the model's vocabulary ends at %d: a text with such"
              + " a token cannot be scored",
          tokenizer.vocabularySize() - 1, ofModel - 1);
    }
  }

  private void added() {
    AddedTokens added = tokenizer.added();
    say("adds        %s before a text, %s after it", named(added.before()), named(added.after()));
    tokenizer.warnings().forEach(sentence -> warn("%s", sentence));
    for (int i = 1; i < added.before().length; i++) {
      if (added.before()[i] == added.before()[i - 1]) {
        warn(
            "tokenizer.json adds %s twice before a text; the model has seen it once",
            named(new int[] {added.before()[i]}));
      }
    }
  }

  private void windows(WindowsFile file, int ofModel) {
    Windows windows = file.windows();
    say("windows     %d in %s", windows.count(), file.path());
    int largest = windows.largestId();
    if (largest >= Math.min(ofModel, tokenizer.vocabularySize())) {
      warn(
          "the windows hold the id %d, but the vocabulary ends at %d: another tokenizer made them",
          largest, Math.min(ofModel, tokenizer.vocabularySize()) - 1);
      return;
    }
    beginnings(windows, Protocols.of(file));
    Optional<WindowsOrigin> origin = WindowsOrigin.beside(file);
    origin.ifPresent(
        each -> {
          if (!each.tokenizerSha256().equals(tokenizer.digest())) {
            warn(
                "the windows were made by another tokenizer.json (sha256 %s, here %s)",
                each.tokenizerSha256(), tokenizer.digest());
          }
        });
    compare(file, origin);
  }

  /// How many windows begin with a BOS, or with two.
  private void beginnings(Windows windows, Protocol protocol) {
    OptionalInt bos = tokenizer.bos();
    if (bos.isEmpty()) {
      say("BOS         this tokenizer has none");
      return;
    }
    int once = 0;
    int twice = -1;
    for (int w = 0; w < windows.count(); w++) {
      boolean first = windows.id(w, 0) == bos.getAsInt();
      once += first ? 1 : 0;
      boolean second = windows.length(w) > 1 && windows.id(w, 1) == bos.getAsInt();
      twice = first && second && twice < 0 ? w : twice;
    }
    say(
        "BOS         begins %d of %d windows (%s)",
        once, windows.count(), named(new int[] {bos.getAsInt()}));
    if (twice >= 0) {
      warn("window %d begins with two BOS: both a tool and the tokenizer added one", twice + 1);
    }
    boolean adds = tokenizer.added().first().equals(bos);
    if (adds && once == 0 && protocol.specialTokens() == SpecialTokens.NONE) {
      say("            none, as the protocol %s wants it", protocol.name());
    } else if (adds && once == 0) {
      warn(
          "no window begins with the BOS that the tokenizer adds: was the text tokenized with it?");
    }
    if (adds && once == 1 && windows.count() > 1) {
      say(
          "            only one has it, as protocols want it that add it once; a model that never saw a"
              + " text without it scores the others worse");
    }
  }

  /// The first window that differs from what the tokenizer makes of the windows' own text.
  private void compare(WindowsFile file, Optional<WindowsOrigin> origin) {
    Optional<Path> place = origin.flatMap(TokenizerExamination::text);
    if (place.isEmpty()) {
      say("text        not at hand (the file beside the windows names none that lies here)");
      return;
    }
    Optional<Windowing> windowing = windowing(file, origin.get());
    if (windowing.isEmpty()) {
      warn(
          "the file beside the windows says %d ids every %d tokens, which the protocol %s does not cut",
          origin.get().window(), origin.get().stride(), Protocols.of(file).name());
      return;
    }
    Documents.RowText columns = new Documents.RowText("text", "text");
    List<Path> text = List.of(place.get());
    SpelledAs spelled = origin.get().letters() ? SpelledAs.LETTERS : SpelledAs.IDS;
    try (Documents documents = Documents.open(text, InputStream.nullInputStream(), columns);
        Tokenizer theirs = Tokenizer.open(model, spelled)) {
      if (!documents.sha256().equals(origin.get().textSha256())) {
        warn("%s is not the text any more that the windows were made of", documents.name());
        return;
      }
      Protocol protocol = Protocols.of(file);
      SpelledTokens.in(documents.all(), protocol.joining(), tokenizer.specialTokens())
          .flatMap(found -> found.warning(protocol, spelled))
          .ifPresent(warning -> warn("%s", warning));
      WindowsFile anew = prepared(theirs, documents, file, windowing.get());
      firstDifference(file.windows(), anew.windows(), documents.name());
    }
  }

  /// Where the text lies, if there is a file of that name.
  private static Optional<Path> text(WindowsOrigin origin) {
    try {
      return Optional.of(Path.of(origin.text())).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /// How the windows were cut, if the protocol cuts so.
  private static Optional<Windowing> windowing(WindowsFile file, WindowsOrigin origin) {
    Protocol protocol = Protocols.of(file);
    boolean rolling = protocol.averaging() == Averaging.WORDS; // whose windows have one id more
    Protocol.Cut cut =
        protocol.equals(Protocols.OWN) // what is scored makes no difference to the ids
            ? Protocols.own(origin.window(), origin.stride(), 1)
            : protocol.windows();
    try {
      return Optional.of(
          cut.of().apply(rolling ? origin.stride() : origin.window(), origin.stride()));
    } catch (IllegalArgumentException e) { // the file may be a stranger's
      return Optional.empty();
    }
  }

  private static WindowsFile prepared(
      Tokenizer tokenizer, Documents documents, WindowsFile file, Windowing windowing) {
    Protocol protocol = Protocols.of(file);
    Preparation preparation =
        new Preparation(protocol, windowing, tokenizer, file.windows().count());
    try (Scratch scratch = Scratch.open()) {
      Path place = scratch.resolve("windows");
      try (WindowsWriter writer = WindowsWriter.of(place, preparation.header(false))) {
        documents.all().forEach(document -> preparation.add(document, writer));
        writer.commit();
      }
      return WindowsFile.read(place);
    }
  }

  private void firstDifference(Windows held, Windows made, String text) {
    for (int w = 0; w < Math.min(held.count(), made.count()); w++) {
      int[] one = held.window(w);
      int[] other = made.window(w);
      int at = Arrays.mismatch(one, other);
      if (at >= 0) {
        int from = Math.max(0, at - 3);
        warn(
            "window %d differs from its text at id %d: it holds %s, the tokenizer gives %s",
            w + 1,
            at + 1,
            shown(Arrays.copyOfRange(one, from, Math.min(one.length, at + 4))),
            shown(Arrays.copyOfRange(other, from, Math.min(other.length, at + 4))));
        return;
      }
    }
    if (held.count() != made.count()) {
      warn("%d windows are held, the text makes %d", held.count(), made.count());
      return;
    }
    say("text        %s gives the same ids", text);
  }

  private String named(int[] ids) {
    return ids.length == 0
        ? "nothing"
        : String.join(
            " ",
            Arrays.stream(ids)
                .mapToObj(id -> "%s (id %d)".formatted(tokenizer.token(id), id))
                .toList());
  }

  private String shown(int[] ids) {
    return "%s \"%s\"".formatted(Arrays.toString(ids), tokenizer.decode(ids).replace("\n", "\\n"));
  }

  private void warn(String format, Object... values) {
    warnings++;
    say("warning     " + format, values);
  }

  private void say(String format, Object... values) {
    lines.add("  " + String.format(Locale.ROOT, format, values));
  }
}
