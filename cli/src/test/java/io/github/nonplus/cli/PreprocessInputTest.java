package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of `preprocess-input`, to the letter.
class PreprocessInputTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final Path TEXT = Path.of("../examples/hound-of-the-baskervilles.txt");

  @TempDir Path directory;

  @Test
  void summaryGoesToStandardOutputAndTheRestToStandardError() {
    Path destination = directory.resolve("windows.txt");
    CommandRun run = run("--destination", destination, "--model-path", MODEL, "--input", TEXT);
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                0,
                """
                Protocol: qualcomm-mlc, exp of the mean over windows of the mean over scored tokens
                Text:     the file as it is; special tokens: what the tokenizer adds, once
                Tokens:   25141
                Windows:  197 of up to 256 ids, every 128 tokens; 49957 ids scored
                SHA-256:  fdf48f783a0e152aac1557dcf0b4b902acf47d6d69145cd22ccb1015901b7bf0
                Written:  %1$s and, on where it comes from, %1$s.origin.json
                """
                    .formatted(destination),
                "Text: %s, as it is\n".formatted(TEXT)));
    assertThat(destination).exists();
  }

  @Test
  void windowAndStrideAreObeyedAndUnderscoresAreDashes() throws IOException {
    Path text = Files.writeString(directory.resolve("t"), "the the the the the");
    Path destination = directory.resolve("w");
    CommandRun run =
        run(
            "--destination=" + destination,
            "--model_path=" + MODEL,
            "--input=" + text,
            "--window=3",
            "--stride=2");
    assertThat(run.out())
        .contains("Tokens:   6\nWindows:  3 of up to 3 ids, every 2 tokens; 5 ids scored\n");
    assertThat(Files.readString(destination)).isEqualTo("1 502 264\n264 264 264\n264 264\n");
  }

  @Test
  void theFileSaysByWhichProtocolItIsScored() throws IOException {
    Path text = Files.writeString(directory.resolve("t"), "the the the the the the the");
    Path destination = directory.resolve("w");
    CommandRun run =
        run(
            "--destination=" + destination,
            "--model-path=" + MODEL,
            "--input=" + text,
            "--protocol=llamacpp",
            "--window=4");
    assertThat(run.code()).isZero();
    assertThat(Files.readString(destination))
        .isEqualTo(
            """
            #nonplus-windows {"version":1,"protocol":"llamacpp","window":4,"stride":4,\
            "last_id_is_fed":true}
            #document {"name":"%s","words":7,"bytes":27}
            1:1 502 264 264
            1:1 264 264 264
            """
                .formatted(json(text)));
  }

  @Test
  void documentsNeverMeetInAWindow() throws IOException {
    Path one = Files.writeString(directory.resolve("one.txt"), "the the the");
    Path rows =
        Files.writeString(
            directory.resolve("r.jsonl"), "{\"body\":\"the the\"}\n{\"body\":\"the\"}\n");
    Path destination = directory.resolve("w");
    CommandRun run =
        run(
            "--destination=" + destination,
            "--model-path=" + MODEL,
            "--protocol=hf-evaluate",
            "--window=9",
            "--field=body",
            "--input",
            one,
            rows);
    assertThat(run.code()).isZero();
    assertThat(run.err())
        .isEqualTo(
            "Text: %s, as it is\nText: %s, the field 'body' of each line\n".formatted(one, rows));
    assertThat(Files.readAllLines(destination).stream().filter(line -> !line.startsWith("#")))
        .containsExactly("3:1 502 264 264", "2:1 502 264", "1:1 502");
    assertThat(Files.readString(destination)).contains(json(rows) + "#2");
  }

  @Test
  void theFormOfATextIsToldByItsContentOrAsked() throws IOException {
    Path rows = Files.writeString(directory.resolve("c4.json"), "{\"text\":\"the the the\"}\n");
    Path destination = directory.resolve("w");
    CommandRun told =
        run(
            "--destination",
            destination,
            "--model-path",
            MODEL,
            "--input",
            rows,
            "--window",
            4,
            "--stride",
            2);
    assertThat(told.err())
        .isEqualTo(
            """
            Text: %1$s, the field 'text' of each line
            Warning: %1$s is JSON Lines by its content: the field 'text' of each line is read; \
            --text-form text takes it as it is
            """
                .formatted(rows));
    assertThat(told.out()).contains("Tokens:   4\n");
    CommandRun asked =
        run(
            "--destination",
            destination,
            "--model-path",
            MODEL,
            "--input",
            rows,
            "--window",
            4,
            "--stride",
            2,
            "--text-form",
            "text");
    assertThat(asked.err()).isEqualTo("Text: %s, as it is\n".formatted(rows));
    CommandRun unknown =
        run(
            "--destination",
            destination,
            "--model-path",
            MODEL,
            "--input",
            rows,
            "--text-form",
            "json");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err())
        .contains("--text-form is 'json', expected one of text, jsonl, parquet");
  }

  /// A Parquet file of no rows, and one of which a row group has none.
  @Test
  void textsWithoutRowsAreRefusedAndGroupsWithoutRowsAreNot() {
    Path files = Path.of("../core/src/test/resources/io/github/nonplus/corpus/parquet");
    Path empty = files.resolve("no-rows.parquet");
    Path destination = directory.resolve("w");
    CommandRun refused = run("--model-path", MODEL, "--input", empty, "--destination", destination);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .endsWith("nonplus: %s has no rows; give another text\n".formatted(empty));
    assertThat(directory).isEmptyDirectory();
    CommandRun run =
        run(
            "--model-path",
            MODEL,
            "--input",
            files.resolve("empty-group-between.parquet"),
            "--window=4",
            "--stride=2",
            "--destination",
            destination);
    assertThat(run.code()).as(run.err()).isZero();
  }

  /// What is left out of a plain file by a protocol that takes the begin of each text.
  @Test
  void tokensThatNoWindowHoldsAreSaid() throws IOException {
    Path text = Files.writeString(directory.resolve("t"), "the the the the the the the the the");
    CommandRun run = tokens(text, "hf-evaluate");
    assertThat(run.out())
        .contains("Text:     the file as it is; ")
        .contains("Tokens:   10, of which 6 are in no window\n");
    assertThat(run.err())
        .endsWith(
            "Warning: 6 of 10 tokens are in no window and are not scored: of each text the protocol"
                + " hf-evaluate takes the first 4 ids; rows of JSON Lines or Parquet are texts of"
                + " their own\n");
    CommandRun tail = tokens(text, "gptq");
    assertThat(tail.out()).contains("Tokens:   10, of which 2 are in no window\n");
    assertThat(tail.err()).doesNotContain("Warning");
    assertThat(tokens(text, "gptq", "--chunks=1").err()).doesNotContain("Warning");
    Path rows =
        Files.writeString(
            directory.resolve("r.jsonl"), "{\"text\":\"the the\"}\n{\"text\":\"the the\"}\n");
    CommandRun both = tokens(rows, "gptq", "--input", text);
    assertThat(both.out())
        .contains("Text:     rows joined by two line feeds; the file as it is; special tokens:");
  }

  @Test
  void aTextOfOneWordIsNotForAProtocolThatDividesByWords() throws IOException {
    Path text = Files.writeString(directory.resolve("t"), "他站在窗前，望着远处的山峦");
    CommandRun run = tokens(text, "lm-eval-wikitext");
    assertThat(run.err())
        .contains("Warning: the text has 1 word and ")
        .endsWith(
            " tokens, and the protocol lm-eval-wikitext divides by words, which are what stands"
                + " between white space: its perplexity may be beyond all numbers; look at"
                + " byte_perplexity and bits_per_byte of the result\n");
    assertThat(tokens(TEXT, "lm-eval-wikitext").err()).doesNotContain("Warning");
  }

  private CommandRun tokens(Path text, String protocol, Object... more) {
    return run(
        CommandRun.joined(
            more,
            "--destination",
            directory.resolve("w"),
            "--model-path",
            MODEL,
            "--input",
            text,
            "--protocol",
            protocol,
            "--window",
            4));
  }

  @Test
  void windowsOfOnesOwn() throws IOException {
    Path text = Files.writeString(directory.resolve("t"), "the the the the the the the");
    Path destination = directory.resolve("w");
    run(
        "--destination=" + destination,
        "--model-path=" + MODEL,
        "--input=" + text,
        "--protocol=own",
        "--window=4",
        "--stride=2",
        "--scored=2",
        "--chunks=2");
    assertThat(Files.readAllLines(destination).subList(2, 4))
        .containsExactly("2:1 502 264 264", "2:264 264 264 264");
  }

  @Test
  void optionsThatTheProtocolHasNoUseForAreRefused() {
    refuses("--scored is for --protocol own: the protocol gptq itself says", "gptq", "--scored=3");
    refuses("--stride is not for the protocol gptq", "gptq", "--stride=3");
    refuses("--chunks is 0, at least 1 expected", "gptq", "--chunks=0");
    refuses("--chunks is not for the protocol lm-eval-wikitext", "lm-eval-wikitext", "--chunks=1");
    refuses("--window is 1, at least 2 expected", "gptq", "--window=1");
    refuses("--window is 0, at least 2 expected", "hf-stride", "--window=0");
    refuses("--window is 0, at least 2 expected", "gptq", "--window=0");
  }

  private void refuses(String sentence, String protocol, Object... options) {
    CommandRun run =
        run(
            CommandRun.joined(
                options,
                "--destination=" + directory.resolve("w"),
                "--model-path=" + MODEL,
                "--input=" + TEXT,
                "--protocol=" + protocol));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(sentence);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void anUnknownProtocolIsOneSentence() {
    refuses("unknown protocol 'wikitext'; there are qualcomm-mlc, llamacpp, ", "wikitext");
    refuses("; did you mean llamacpp?", "llama.cpp");
  }

  @Test
  void lastWindowOfOneIdIsWrittenWithAWarning() throws IOException {
    Path text = Files.writeString(directory.resolve("t"), "the the the the the");
    CommandRun run =
        run(
            "--destination",
            directory.resolve("w"),
            "--model-path",
            MODEL,
            "--input",
            text,
            "--window",
            3,
            "--stride",
            1);
    assertThat(run.code()).isZero();
    assertThat(run.err())
        .endsWith(
            ", the last, holds one id, as the original writes it, but nothing can be scored in it:"
                + " remove the line or choose another stride\n");
  }

  @Test
  void theTextItselfIsNotOverwritten() throws IOException {
    Path text = Files.writeString(directory.resolve("t"), "the the the the the");
    Path sameText = directory.resolve("./t");
    Refusal.of(
            directory,
            "preprocess-input",
            "--destination",
            sameText,
            "--model-path",
            MODEL,
            "--input",
            text)
        .mentions(sameText + " (--destination) would overwrite ", ", which --input reads");
    assertThat(Files.readString(text)).isEqualTo("the the the the the");
  }

  @Test
  void missingCorpusIsOneSentence() {
    fails(
        "nonplus: the test text of WikiText-2 is not here: get wiki.test.raw",
        "--destination",
        directory.resolve("w"),
        "--model-path",
        MODEL);
  }

  @Test
  void directoryAsTextIsOneSentence() {
    fails(
        "nonplus: " + directory + " is a directory; give a file of text",
        "--destination",
        directory.resolve("w"),
        "--model-path",
        MODEL,
        "--input",
        directory);
  }

  @Test
  void directoryAsDestinationIsOneSentence() {
    fails(
        "nonplus: " + directory + " is a directory; give the name of a file to write",
        "--destination",
        directory,
        "--model-path",
        MODEL,
        "--input",
        TEXT);
  }

  @Test
  void modelWithoutTokenizerIsOneSentence() {
    fails(
        "nonplus: " + directory + " has no tokenizer.json; get the model's tokenizer files",
        "--destination",
        directory.resolve("w"),
        "--model-path",
        directory,
        "--input",
        TEXT);
  }

  @Test
  void aWindowBelowTheProtocolsStrideAsksForAStride() {
    CommandRun run =
        run("--destination", directory.resolve("w"), "--model-path", MODEL, "--window", 64);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "nonplus: the protocol qualcomm-mlc has a stride of 128, more than the window of 64: give"
                + " --stride, too (1 to 64)\n");
  }

  @Test
  void strideBeyondTheWindowIsAUsageError() {
    CommandRun run =
        run("--destination", directory.resolve("w"), "--model-path", MODEL, "--stride", 300);
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "nonplus: the stride is 300, expected 1 to 256 (the window)\n"
                    + "See 'nonplus preprocess-input --help'.\n"));
  }

  @Test
  void missingOptionsAreAUsageError() {
    CommandRun run = run();
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("nonplus: Missing required options: '--destination=FILE'");
  }

  private void fails(String sentence, Object... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith(sentence).hasLineCount(1);
    assertThat(directory).isEmptyDirectory();
  }

  private static CommandRun run(Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = "preprocess-input";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(all);
  }

  /// A path as it is written into files, on every system.
  private static String json(Path path) {
    return path.toString().replace(File.separatorChar, '/');
  }
}
