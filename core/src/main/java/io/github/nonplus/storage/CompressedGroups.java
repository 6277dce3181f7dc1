package io.github.nonplus.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.safetensors.RawTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The groups of modules of which a configuration of compressed-tensors says something. Which
/// module is in which the tensors say: what `targets` are is not looked at.
///
/// @param all none if the configuration says nothing
/// @param beyond what is asked for beside the weights and the inputs of their products
record CompressedGroups(List<Group> all, List<String> beyond) {
  static final CompressedGroups NONE = new CompressedGroups(List.of(), List.of());

  static final Set<String> FORMATS =
      Set.of(
          "pack-quantized",
          "int-quantized",
          "naive-quantized",
          "float-quantized",
          "nvfp4-pack-quantized",
          "mxfp4-pack-quantized",
          "mxfp8-quantized",
          "mixed-precision");

  /// What is said of some modules.
  record Group(WeightScheme weights, Optional<ActivationScheme> inputs) {}

  CompressedGroups {
    all = List.copyOf(all);
    beyond = List.copyOf(beyond);
  }

  static CompressedGroups read(ConfigReader config) {
    List<Group> groups = new ArrayList<>();
    Set<String> beyond = new TreeSet<>();
    ConfigReader all =
        config
            .findFilledObject("config_groups")
            .orElseThrow(() -> config.failure("config_groups is missing"));
    for (String group : all.json().properties().stream().map(Map.Entry::getKey).toList()) {
      all.findObject(group).ifPresent(each -> read(each, groups, beyond));
    }
    config
        .findFilledObject("kv_cache_scheme")
        .ifPresent(
            scheme -> beyond.add("keys and values as " + ActivationScheme.read(scheme).text()));
    return new CompressedGroups(groups, List.copyOf(beyond));
  }

  private static void read(ConfigReader each, List<Group> groups, Set<String> beyond) {
    each.find("targets");
    if (each.isSet("format")
        && !FORMATS.contains(each.find("format").map(JsonNode::asText).orElse(""))) {
      throw each.failure("format is %s, which is not read".formatted(each.shown("format")));
    }
    Optional<ActivationScheme> inputs =
        each.findFilledObject("input_activations").map(ActivationScheme::read);
    each.findFilledObject("weights")
        .map(WeightScheme::read)
        .ifPresentOrElse(
            weights -> groups.add(new Group(weights, inputs)),
            () -> inputs.ifPresent(scheme -> beyond.add("activations alone as " + scheme.text())));
    each.findFilledObject("output_activations")
        .ifPresent(scheme -> beyond.add("outputs as " + ActivationScheme.read(scheme).text()));
    each.refuseUnknown(Set.of());
  }

  /// What is asked for beside the weights, in order.
  List<String> asked() {
    Stream<String> inputs =
        all.stream()
            .flatMap(group -> group.inputs().stream())
            .map(scheme -> "activations as " + scheme.text());
    return Stream.concat(inputs, beyond.stream()).distinct().sorted().toList();
  }

  Stream<WeightScheme> weights() {
    return all.stream().map(Group::weights);
  }

  /// Refuses a matrix that is stored as no group says.
  void require(Parts parts, WeightScheme found) {
    if (!all.isEmpty() && weights().noneMatch(weights -> weights.allows(found))) {
      throw parts.failure(
          "is stored as %s, but quantization_config has only %s; check that config.json belongs to these weights"
              .formatted(
                  found.text(),
                  String.join(" and ", weights().map(WeightScheme::text).distinct().toList())));
    }
  }

  /// How inputs of a product are rounded. Where groups differ, codes of a type and size must be
  /// those of one.
  Optional<InputCodes> inputs(Parts parts) {
    if (!parts.has(".weight_scale")) {
      return Optional.empty();
    }
    boolean packed = parts.has(".weight_packed");
    RawTensor codes = parts.require(packed ? ".weight_packed" : ".weight");
    boolean whole = packed ? Types.WORDS.contains(codes.type()) : codes.type().equals("I8");
    List<Optional<ActivationScheme>> found =
        all.stream()
            .filter(group -> mayBe(group.weights(), whole, packed))
            .map(Group::inputs)
            .distinct()
            .toList();
    if (found.size() > 1) {
      throw parts.notComputed("one of several schemes, of which targets alone say which");
    }
    return found.stream().flatMap(Optional::stream).findFirst().map(each -> each.inputs(parts));
  }

  private static boolean mayBe(WeightScheme weights, boolean whole, boolean packed) {
    return whole
        ? weights.type().equals("int") && (packed || weights.bits() == 8)
        : weights.type().equals("float") && weights.bits() == (packed ? 4 : 8);
  }
}
