package io.github.nonplus.protocol;

import io.github.nonplus.corpus.FullWindows;
import io.github.nonplus.corpus.NewTokenWindows;
import io.github.nonplus.corpus.RollingWindows;
import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.corpus.WholeText;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsHeader;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.UnknownName;
import io.github.nonplus.protocol.Protocol.Cut;
import io.github.nonplus.stability.Api;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The protocols that have a name. Each is drawn, with its law, in `docs/protocols.md`.
@Api
public final class Protocols {
  private static final OptionalInt CONTEXT = OptionalInt.empty();
  private static final OptionalInt DISJOINT = OptionalInt.empty();

  /// The default: windows that overlap by half, all scored, averaged over windows.
  public static final Protocol QUALCOMM_MLC =
      new Protocol(
          "qualcomm-mlc",
          "Qualcomm's perplexity evaluation for MLC LLM",
          Joining.ROWS_BY_BLANK_LINES,
          SpecialTokens.BY_TOKENIZER,
          new Cut(ids(256), ids(128), SlidingWindows::new),
          true,
          Averaging.WINDOWS,
          List.of());

  /// Disjoint windows of which the second half is scored.
  public static final Protocol LLAMACPP =
      new Protocol(
          "llamacpp",
          "llama.cpp's llama-perplexity -c WINDOW",
          Joining.VERBATIM,
          SpecialTokens.BOS_IN_WINDOWS_IF_ADDED,
          new Cut(ids(512), DISJOINT, true, (l, _) -> FullWindows.disjoint(l, l - 1 - l / 2)),
          true,
          Averaging.TOKENS,
          List.of());

  /// Of each window only the last `stride` tokens. The window that llama.cpp really takes is its
  /// batch and half a stride: 2048 + 256 for `-c 512 --ppl-stride 512`.
  public static final Protocol LLAMACPP_STRIDE =
      new Protocol(
          "llamacpp-stride",
          "llama.cpp's llama-perplexity -c 512 --ppl-stride STRIDE, whose window is really"
              + " 2048 + STRIDE/2",
          Joining.VERBATIM,
          SpecialTokens.BY_TOKENIZER,
          new Cut(
              ids(2304),
              ids(512),
              true,
              (l, s) -> new FullWindows(l, s, s, false, Integer.MAX_VALUE)),
          true,
          Averaging.TOKENS,
          List.of());

  /// Overlapping windows that score only new tokens, weighted as the document does it today.
  public static final Protocol HF_STRIDE =
      new Protocol(
          "hf-stride",
          "transformers' document on perplexity of fixed-length models, since 2024",
          Joining.ROWS_BY_BLANK_LINES,
          SpecialTokens.BY_TOKENIZER,
          new Cut(CONTEXT, ids(512), Protocols::labelled),
          true,
          Averaging.LABELS_LESS_ONE,
          List.of());

  /// The same windows, each counting the same.
  public static final Protocol HF_STRIDE_2022 =
      new Protocol(
          "hf-stride-2022",
          "transformers' document on perplexity of fixed-length models, 2022 to 2024",
          Joining.ROWS_BY_BLANK_LINES,
          SpecialTokens.BY_TOKENIZER,
          new Cut(CONTEXT, ids(512), NewTokenWindows::new),
          true,
          Averaging.WINDOWS,
          List.of());

  /// Disjoint windows, all scored.
  public static final Protocol GPTQ =
      new Protocol(
          "gptq",
          "the evaluation of GPTQ, AWQ, SparseGPT, QuaRot, OmniQuant",
          Joining.ROWS_BY_BLANK_LINES,
          SpecialTokens.BY_TOKENIZER,
          new Cut(ids(2048), DISJOINT, (l, _) -> FullWindows.disjoint(l, l - 1)),
          true,
          Averaging.TOKENS,
          List.of());

  /// AutoGPTQ's copy of llama.cpp's, which scores from token 512 on in longer windows.
  public static final Protocol AUTOGPTQ =
      new Protocol(
          "autogptq",
          "AutoGPTQ's and GPTQModel's class Perplexity, n_ctx = n_batch = WINDOW",
          Joining.VERBATIM,
          SpecialTokens.BOS_IN_WINDOWS,
          new Cut(
              ids(512), DISJOINT, (l, _) -> FullWindows.disjoint(l, l - 1 - Math.min(512, l / 2))),
          true,
          Averaging.TOKENS,
          List.of(Figure.MEAN_OF_RUNNING));

  /// Every token once, by word, by byte and in bits; the tokenizer adds what it adds.
  public static final Protocol LM_EVAL_WIKITEXT =
      new Protocol(
          "lm-eval-wikitext",
          "lm-evaluation-harness 0.4.13, task wikitext, model hf",
          Joining.PAGES,
          SpecialTokens.PREFIX_AND_BY_TOKENIZER,
          new Cut(CONTEXT, DISJOINT, (l, _) -> new RollingWindows(l)),
          false,
          Averaging.WORDS,
          List.of(Figure.WORD_PERPLEXITY, Figure.BYTE_PERPLEXITY, Figure.BITS_PER_BYTE));

  /// The same without what the tokenizer adds, as in the harness's earlier versions.
  public static final Protocol LM_EVAL_WIKITEXT_2024 =
      new Protocol(
          "lm-eval-wikitext-2024",
          "lm-evaluation-harness until November 2025, or with add_bos_token=False, task wikitext",
          Joining.PAGES,
          SpecialTokens.PREFIX,
          new Cut(CONTEXT, DISJOINT, (l, _) -> new RollingWindows(l)),
          false,
          Averaging.WORDS,
          List.of(Figure.WORD_PERPLEXITY, Figure.BYTE_PERPLEXITY, Figure.BITS_PER_BYTE));

  /// The mean of the perplexities of single texts.
  public static final Protocol HF_EVALUATE =
      new Protocol(
          "hf-evaluate",
          "the metric perplexity of Hugging Face's evaluate, max_length = WINDOW",
          Joining.EACH_ROW,
          SpecialTokens.BOS_BEFORE,
          new Cut(CONTEXT, DISJOINT, (l, _) -> new WholeText(l)),
          true,
          Averaging.PERPLEXITIES,
          List.of());

  /// 128 disjoint windows of rows glued together.
  public static final Protocol EXLLAMAV2 =
      new Protocol(
          "exllamav2",
          "exllamav2's test_inference.py -ed ROWS.parquet",
          Joining.ROWS_TOKENIZED_ALONE,
          SpecialTokens.NONE,
          new Cut(ids(2048), DISJOINT, (l, _) -> new FullWindows(l, l, l - 1, true, 128)),
          true,
          Averaging.TOKENS,
          List.of());

  /// 100 windows, disjoint unless another length is chosen: one begins every 2048 tokens, however
  /// long they are. One that would end the text is left out.
  public static final Protocol EXLLAMAV3 =
      new Protocol(
          "exllamav3",
          "exllamav3's eval/ppl.py -l WINDOW",
          Joining.ROWS_BY_BLANK_LINES,
          SpecialTokens.NONE,
          new Cut(ids(2048), DISJOINT, (l, _) -> new FullWindows(l, 2048, l - 1, false, 100)),
          true,
          Averaging.TOKENS,
          List.of());

  /// 256 disjoint windows of samples glued together.
  public static final Protocol MLX =
      new Protocol(
          "mlx",
          "mlx_lm.perplexity, samples in the order in which they are given",
          Joining.ROWS_TOKENIZED_ALONE,
          SpecialTokens.EOS_AFTER_ROWS,
          new Cut(ids(512), DISJOINT, (l, _) -> new FullWindows(l, l, l - 1, true, 256)),
          false,
          Averaging.TOKENS,
          List.of());

  /// Overlapping windows that score only new tokens, each counting the same.
  public static final Protocol MNN =
      new Protocol(
          "mnn",
          "MNN's llm evaluate_perplexity",
          Joining.ROWS_BY_BLANK_LINES,
          SpecialTokens.BY_TOKENIZER,
          new Cut(ids(768), ids(512), NewTokenWindows::new),
          true,
          Averaging.WINDOWS,
          List.of());

  /// Full windows that overlap by half, all scored, the overlap counting twice.
  public static final Protocol QEFFICIENT =
      new Protocol(
          "qefficient",
          "QEfficient's evaluation of perplexity",
          Joining.ROWS_BY_BLANK_LINES,
          SpecialTokens.BY_TOKENIZER,
          new Cut(
              ids(2048),
              ids(1024),
              (l, s) -> new FullWindows(l, s, l - 1, true, Integer.MAX_VALUE)),
          true,
          Averaging.TOKENS,
          List.of());

  /// Nobody's but the user's: full windows of any size at any stride.
  public static final Protocol OWN =
      new Protocol(
          "own",
          "windows of one's own: --window, --stride, --scored",
          Joining.VERBATIM,
          SpecialTokens.BY_TOKENIZER,
          own(512, 512, 511),
          true,
          Averaging.TOKENS,
          List.of());

  /// All of them, the default first.
  public static final List<Protocol> ALL =
      List.of(
          QUALCOMM_MLC,
          LLAMACPP,
          LLAMACPP_STRIDE,
          HF_STRIDE,
          HF_STRIDE_2022,
          GPTQ,
          AUTOGPTQ,
          LM_EVAL_WIKITEXT,
          LM_EVAL_WIKITEXT_2024,
          HF_EVALUATE,
          EXLLAMAV2,
          EXLLAMAV3,
          MLX,
          MNN,
          QEFFICIENT,
          OWN);

  private Protocols() {}

  private static OptionalInt ids(int count) {
    return OptionalInt.of(count);
  }

  /// Where exactly one token overlaps, that token's label is masked and yet nothing is scored less:
  /// the document's weights then cannot be told from what a window scores.
  private static NewTokenWindows labelled(int window, int stride) {
    if (stride == window - 1) {
      throw new IllegalArgumentException(
          "the stride is the window less one (%d), for which hf-stride's weights are not defined here"
              .formatted(stride));
    }
    return new NewTokenWindows(window, stride);
  }

  /// Full windows that score their last `scored` ids.
  public static Cut own(int window, int stride, int scored) {
    return new Cut(
        ids(window), ids(stride), (l, s) -> new FullWindows(l, s, scored, true, Integer.MAX_VALUE));
  }

  /// The protocol by which a file's windows are to be scored.
  ///
  /// @throws CorpusException if its header names one that is unknown, or says of it what is not so
  public static Protocol of(WindowsFile file) {
    if (file.header().isEmpty()) {
      return QUALCOMM_MLC;
    }
    WindowsHeader header = file.header().get();
    Protocol protocol =
        find(header.protocol())
            .orElseThrow(
                () ->
                    new CorpusException(
                        "%s: %s".formatted(file.path(), unknown(header.protocol()))));
    if (protocol.lastFed() != header.lastFed()) {
      throw new CorpusException(
          "%s: the header says last_id_is_fed %s, but in the protocol %s it is %s; make the windows anew"
              .formatted(file.path(), header.lastFed(), protocol.name(), protocol.lastFed()));
    }
    if (protocol.averaging() == Averaging.WORDS && file.extent().words() < 1) {
      throw new CorpusException(
          "%s does not say how many words its documents have, by which the protocol %s divides; make the windows anew"
              .formatted(file.path(), protocol.name()));
    }
    return protocol;
  }

  /// The protocol of a name that somebody asked for.
  ///
  /// @throws RequestException naming all, if there is none
  public static Protocol named(String name) {
    return find(name).orElseThrow(() -> new RequestException(unknown(name)));
  }

  private static Optional<Protocol> find(String name) {
    return ALL.stream().filter(protocol -> protocol.name().equals(name)).findFirst();
  }

  private static String unknown(String name) {
    return UnknownName.sentence("protocol", name, ALL.stream().map(Protocol::name).toList());
  }

  /// Whether the tool takes a special token that a text spells out as its letters; the others have
  /// Hugging Face's library make it one id.
  static boolean takesSpelledTokensAsLetters(Protocol protocol) {
    return protocol.equals(LLAMACPP) || protocol.equals(LLAMACPP_STRIDE);
  }
}
