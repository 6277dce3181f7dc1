package io.github.nonplus.report.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.files.FileDraft;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.tokenizer.TokenSpelling;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

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
/// A token that is no text by itself, because it is a part of a character, is a list of bytes.
/// Numbers are written in the shortest form that reads back to the same bits.
public final class RecordDraft implements AutoCloseable {
  private final Path target;
  private final Path input;
  private final FileDraft draft;
  private final Optional<TokenSpelling> spelling;
  private final List<WindowScore> scores = new ArrayList<>();

  private RecordDraft(Path target, Path input, FileDraft draft, Optional<TokenSpelling> spelling) {
    this.target = target;
    this.input = input;
    this.draft = draft;
    this.spelling = spelling;
  }

  /// Begins a record, so that what would fail in the end fails now.
  ///
  /// @param model the model's directory, whose tokenizer says what ids stand for
  /// @param input the file of windows
  public static RecordDraft of(Path target, Path model, Path input) {
    WindowsFile.read(input);
    Path tokenizer = model.resolve("tokenizer.json");
    Optional<TokenSpelling> spelling =
        Files.isRegularFile(tokenizer)
            ? Optional.of(TokenSpelling.read(tokenizer))
            : Optional.empty();
    return new RecordDraft(target, input, FileDraft.of(target), spelling);
  }

  /// Adds a window, in the order of the file.
  public void add(WindowScore score) {
    scores.add(score);
  }

  /// Writes the record.
  public void commit(Result result) {
    WindowsFile file = WindowsFile.read(input);
    if (!file.sha256().equals(result.corpus().windowsSha256())
        || scores.size() != file.windows().count()) {
      throw new CorpusException(
          "%s changed while it was scored, so %s cannot say what was; run it again"
              .formatted(file.path(), target));
    }
    for (WindowScore score : scores) {
      requireScored(score, file.windows());
    }
    draft.write(out -> write(out, result, file));
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

  private void write(OutputStream out, Result result, WindowsFile file) throws IOException {
    Windows windows = file.windows();
    Averaging averaging = Protocols.of(file).averaging();
    DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
    lines.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    lines.indentArraysWith(DefaultPrettyPrinter.NopIndenter.instance);
    try (JsonGenerator json = new ObjectMapper().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(lines);
      json.writeStartObject();
      json.writeStringField("format", ResultRecord.FORMAT);
      if (averaging == Averaging.WORDS) {
        json.writeNumberField(ResultRecord.WORDS, file.extent().words());
        json.writeNumberField(ResultRecord.BYTES, file.extent().bytes());
      }
      ObjectNode facts = ResultJson.tree(result);
      for (var fact : facts.properties()) {
        json.writeFieldName(fact.getKey());
        json.writeTree(fact.getValue());
      }
      json.writeFieldName("windows_scored");
      json.writeStartArray();
      for (WindowScore score : scores) {
        json.writeRawValue("\n" + window(windows.window(score.window()), score, averaging));
      }
      json.writeEndArray();
      json.writeFieldName("token_texts");
      if (spelling.isEmpty()) {
        json.writeNull();
      } else {
        writeTexts(json, windows, spelling.get());
      }
      json.writeEndObject();
      json.writeRaw("\n");
    }
  }

  private static String window(int[] ids, WindowScore score, Averaging averaging) {
    StringBuilder line = new StringBuilder("{\"ids\":[");
    for (int i = 0; i < ids.length; i++) {
      line.append(i == 0 ? "" : ",").append(ids[i]);
    }
    line.append("],\"nll\":[");
    for (int i = 0; i < score.tokenNll().length; i++) {
      line.append(i == 0 ? "" : ",").append(score.tokenNll()[i]);
    }
    double weight = averaging.weight(score.first(), score.tokenNll().length);
    return line.append(weight == 1 ? "]}" : "],\"weight\":" + weight + "}").toString();
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
