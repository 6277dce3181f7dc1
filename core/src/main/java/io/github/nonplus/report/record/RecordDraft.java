package io.github.nonplus.report.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.divergence.DivergenceResult;
import io.github.nonplus.divergence.KldFile;
import io.github.nonplus.divergence.WindowDivergence;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.files.FileDraft;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.tokenizer.TokenSpelling;
import io.github.nonplus.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A record in the making: windows are added as they are done, and the file is there once the
/// result is known. The form is one JSON object: what `--json` prints, then
///
/// ```
/// "format":  "nonplus-record-1"
/// "words":   241335, "bytes": 1290590                    where the protocol divides by them
/// "windows_scored": [ {"ids": […], "nll": […]}, … ]      one a line; "weight" if it is not 1
/// "token_texts":    {"15": " the", "17": [226, 128], …}  null if there was no tokenizer
/// ```
///
/// Where a reference ran in step, the result is the candidate's, and beside it stand `reference`
/// and `divergence` as `--json` has them; each window then has `kld`, `reverse_kld` (unless the
/// reference does not tell), `reference_nll` and `same_top` (1 or 0), a value for each loss.
///
/// A token that is no text by itself, because it is a part of a character, is a list of bytes.
/// Numbers are written in the shortest form that reads back to the same bits.
public final class RecordDraft implements AutoCloseable {
  private final Path target;
  private final Path input;
  private final FileDraft draft;
  private final Optional<TokenSpelling> spelling;
  private final List<WindowScore> scores = new ArrayList<>();
  private final List<ComparedWindow> compared = new ArrayList<>();

  private RecordDraft(Path target, Path input, FileDraft draft, Optional<TokenSpelling> spelling) {
    this.target = target;
    this.input = input;
    this.draft = draft;
    this.spelling = spelling;
  }

  /// Begins a record, so that what would fail in the end fails now.
  ///
  /// @param model the model's directory, whose tokenizer says what ids stand for
  /// @param input the file of windows, or llama.cpp's file of log-probabilities
  public static RecordDraft of(Path target, Path model, Path input) {
    ScoredIds.read(input, OptionalInt.empty());
    TokenizerFiles tokenizer = TokenizerFiles.of(model);
    Optional<TokenSpelling> spelling =
        tokenizer.exist() ? Optional.of(TokenSpelling.of(tokenizer)) : Optional.empty();
    return new RecordDraft(target, input, FileDraft.of(target), spelling);
  }

  /// Adds a window, in the order of the file.
  public void add(WindowScore score) {
    scores.add(score);
  }

  /// Adds a window that two models ran.
  public void add(WindowDivergence window) {
    scores.add(window.candidate());
    compared.add(ComparedWindow.of(window));
  }

  /// Writes the record.
  public void commit(Result result) {
    commit(result.corpus().windowsSha256(), ResultJson.tree(result), OptionalInt.empty());
  }

  /// Writes the record of two models that ran in step.
  public void commit(DivergenceResult result) {
    OptionalInt first =
        result.reference() instanceof KldFile.Account file && file.firstId() != null
            ? OptionalInt.of(file.firstId())
            : OptionalInt.empty();
    commit(result.score().corpus().windowsSha256(), ResultJson.record(result), first);
  }

  private void commit(String sha256, ObjectNode facts, OptionalInt first) {
    ScoredIds ids = ScoredIds.read(input, first);
    if (!ids.sha256().equals(sha256) || scores.size() != ids.windows().count()) {
      throw new CorpusException(
          "%s changed while it was scored, so %s cannot say what was; run it again"
              .formatted(input, target));
    }
    for (WindowScore score : scores) {
      requireScored(score, ids.windows());
    }
    draft.write(out -> write(out, facts, ids));
    draft.commit();
  }

  /// Scores may come from a journal, and that from a stranger.
  private void requireScored(WindowScore score, Windows windows) {
    int expected = windows.scored(score.window());
    if (score.tokenNll().length != expected
        || score.first() != windows.length(score.window()) - expected) {
      throw new RecordException(
          "%s cannot be written: there are %d losses from position %d on for window %d, expected %d from %d on; calculate it again"
              .formatted(
                  target,
                  score.tokenNll().length,
                  score.first(),
                  score.window() + 1,
                  expected,
                  windows.length(score.window()) - expected));
    }
  }

  private void write(OutputStream out, ObjectNode facts, ScoredIds ids) throws IOException {
    DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
    lines.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    lines.indentArraysWith(DefaultPrettyPrinter.NopIndenter.instance);
    try (JsonGenerator json = new ObjectMapper().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(lines);
      json.writeStartObject();
      json.writeStringField("format", ResultRecord.FORMAT);
      if (ids.averaging() == Averaging.WORDS) {
        json.writeNumberField(ResultRecord.WORDS, ids.extent().words());
        json.writeNumberField(ResultRecord.BYTES, ids.extent().bytes());
      }
      for (var fact : facts.properties()) {
        json.writeFieldName(fact.getKey());
        json.writeTree(fact.getValue());
      }
      json.writeFieldName("windows_scored");
      json.writeStartArray();
      for (int w = 0; w < scores.size(); w++) {
        json.writeRawValue("\n" + window(w, ids));
      }
      json.writeEndArray();
      json.writeFieldName("token_texts");
      if (spelling.isEmpty()) {
        json.writeNull();
      } else {
        writeTexts(json, ids.windows(), spelling.get());
      }
      json.writeEndObject();
      json.writeRaw("\n");
    }
  }

  private String window(int w, ScoredIds ids) {
    WindowScore score = scores.get(w);
    StringBuilder line = new StringBuilder("{");
    list(line, "ids", IntStream.of(ids.windows().window(score.window())).mapToObj(each -> each));
    list(line.append(","), "nll", DoubleStream.of(score.tokenNll()).boxed());
    if (!compared.isEmpty()) {
      ComparedWindow window = compared.get(w);
      list(line.append(","), "kld", DoubleStream.of(window.kld()).boxed());
      window
          .reverseKld()
          .ifPresent(each -> list(line.append(","), "reverse_kld", DoubleStream.of(each).boxed()));
      list(line.append(","), "reference_nll", DoubleStream.of(window.referenceNll()).boxed());
      boolean[] top = window.sameTop();
      list(
          line.append(","),
          "same_top",
          IntStream.range(0, top.length).mapToObj(i -> top[i] ? 1 : 0));
    }
    double weight = ids.averaging().weight(score.first(), score.tokenNll().length);
    return line.append(weight == 1 ? "}" : ",\"weight\":" + weight + "}").toString();
  }

  /// Numbers in the shortest form that reads back to the same bits.
  private static void list(StringBuilder line, String name, Stream<? extends Number> numbers) {
    line.append('"').append(name).append("\":[");
    numbers.forEach(each -> line.append(each).append(','));
    if (line.charAt(line.length() - 1) == ',') {
      line.setLength(line.length() - 1);
    }
    line.append(']');
  }

  private static void writeTexts(JsonGenerator json, Windows windows, TokenSpelling spelling)
      throws IOException {
    TreeSet<Integer> seen = new TreeSet<>();
    for (int w = 0; w < windows.count(); w++) {
      for (int position = 0; position < windows.length(w); position++) {
        seen.add(windows.id(w, position));
      }
    }
    json.writeStartObject();
    for (int id : seen) {
      byte[] bytes = spelling.bytes(id);
      json.writeFieldName(Integer.toString(id));
      try {
        json.writeString(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      } catch (CharacterCodingException part) {
        json.writeStartArray();
        for (byte each : bytes) {
          json.writeNumber(each & 0xff);
        }
        json.writeEndArray();
      }
    }
    json.writeEndObject();
  }

  @Override
  public void close() {
    draft.close();
  }
}
