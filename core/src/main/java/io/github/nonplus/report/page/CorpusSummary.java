package io.github.nonplus.report.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.files.IndentedJson;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the scores of a corpus of documents amount to.
///
/// @param facts all that the scores depend on, by name
/// @param documents how many there are, `failed` of which have no score, `truncated` of which have
///   tokens in no window
/// @param tokens that were scored; one that two windows score counts twice
/// @param nll sum of all losses, in nats
/// @param kept documents that were kept
/// @param histogram documents by the [bin][#bin] of their perplexity
/// @param buckets in order; none where nobody asked
/// @param law how their bounds were found, null likewise
/// @param keepBelow perplexity from which on documents were dropped, null if none were
/// @param executors what each used
/// @param seconds of scoring
public record CorpusSummary(
    Map<String, String> facts,
    long documents,
    long failed,
    long truncated,
    long tokens,
    double nll,
    long kept,
    Map<Integer, Long> histogram,
    List<Bucket> buckets,
    String law,
    Double keepBelow,
    Map<String, Executor> executors,
    double seconds) {
  private static final int BINS_OF_A_DOUBLING = 4;

  /// A part of the corpus.
  ///
  /// @param upTo its largest perplexity; null for the last
  public record Bucket(String name, Double upTo) {}

  /// What an executor used.
  ///
  /// @param models that it opened
  /// @param peakMemoryBytes of its process, 0 where the system does not tell
  public record Executor(int models, long peakMemoryBytes) {}

  public CorpusSummary {
    histogram = new TreeMap<>(histogram);
    executors = new TreeMap<>(executors);
    buckets = List.copyOf(buckets);
  }

  /// The bin of a perplexity: four for each doubling.
  public static int bin(double perplexity) {
    double at = Math.floor(Math.log(perplexity) / Math.log(2) * BINS_OF_A_DOUBLING);
    return (int) Math.clamp(at, -1, 1024L * BINS_OF_A_DOUBLING);
  }

  /// Where a bin begins.
  static double begin(int bin) {
    return Math.pow(2, (double) bin / BINS_OF_A_DOUBLING);
  }

  /// Of all scored tokens together: exp of their mean loss.
  public double perplexity() {
    return Math.exp(nll / tokens);
  }

  /// All of it as a JSON object, indented, without a line feed at the end.
  public String json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("documents", documents);
    json.put("failed", failed);
    json.put("truncated", truncated);
    json.put("kept", kept);
    json.put("tokens", tokens);
    json.put("nll", nll);
    json.put("perplexity", perplexity());
    if (keepBelow != null) {
      json.put("keep_below", keepBelow);
    }
    if (law != null) {
      json.put("bounds", law);
    }
    ArrayNode parts = json.putArray("buckets");
    buckets.forEach(
        bucket -> parts.addObject().put("name", bucket.name()).put("up_to", bucket.upTo()));
    ArrayNode bins = json.putArray("histogram");
    histogram.forEach(
        (bin, count) ->
            bins.addObject()
                .put("from", begin(bin))
                .put("to", begin(bin + 1))
                .put("documents", count));
    ObjectNode run = json.putObject("run");
    facts.forEach(run::put);
    json.put("seconds", seconds);
    ArrayNode machines = json.putArray("executors");
    executors.forEach(
        (name, used) ->
            machines
                .addObject()
                .put("executor", name)
                .put("models", used.models())
                .put("peak_memory_bytes", used.peakMemoryBytes()));
    return IndentedJson.of(json);
  }
}
