package io.github.nonplus.quantization;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.UnknownName;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.codes.CodeType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A scheme: how a model's weights are stored, under the name that MLC LLM gives it. An open set;
/// to add one, add its line to `ALL`, and a file if it is of a new kind.
public interface Quantization {
  /// Every scheme that can be read.
  List<Quantization> ALL =
      List.of(
          new Unquantized("q0f16", ElementType.FLOAT16),
          new Unquantized("q0f32", ElementType.FLOAT32),
          new Unquantized("q0bf16", ElementType.BFLOAT16),
          new GroupQuantization("q3f16_0", 3, 40, ElementType.FLOAT16, Layout.KN, true),
          new GroupQuantization("q3f16_1", 3, 40, ElementType.FLOAT16, Layout.NK, true),
          new GroupQuantization("q4f16_0", 4, 32, ElementType.FLOAT16, Layout.KN, true),
          new GroupQuantization("q4f16_1", 4, 32, ElementType.FLOAT16, Layout.NK, true),
          new GroupQuantization("q4f16_2", 4, 32, ElementType.FLOAT16, Layout.NK, false),
          new GroupQuantization("q4f32_1", 4, 32, ElementType.FLOAT32, Layout.NK, true),
          new GroupQuantization("q4bf16_0", 4, 32, ElementType.BFLOAT16, Layout.KN, true),
          new GroupQuantization("q4bf16_1", 4, 32, ElementType.BFLOAT16, Layout.NK, true),
          new TensorFloat8("e5m2_e5m2_f16", CodeType.E5M2),
          new TensorFloat8("e4m3_e4m3_f16_max_calibrate", CodeType.E4M3),
          new BlockFloat8("fp8_e4m3fn_bf16_block_scale", 128, 128),
          new AwqQuantization("q4f16_autoawq"));

  /// Schemes of MLC LLM that are not read, and why.
  Map<String, String> REFUSED =
      Map.of(
          "e4m3_e4m3_f16",
          "MLC's converter writes calibration scales from uninitialised memory; use"
              + " e4m3_e4m3_f16_max_calibrate",
          "fp8_e4m3fn_bf16_block_scale_static_activation",
          "no directory in it has been seen to hold the reader against; use"
              + " fp8_e4m3fn_bf16_block_scale",
          "q4f16_ft",
          "its codes lie as the GPU that converted them wants them, and the directory does not say"
              + " which that was; use q4f16_1");

  String name();

  /// The type to which every weight is cast before it is quantized, and in which it is stored where
  /// it is not.
  ElementType modelType();

  /// How it stores the matrices of linear layers; empty if as they are.
  Optional<Encoding> linear();

  /// How it stores a linear layer of several experts, [experts, outputs, inputs]; empty if as it
  /// is.
  ///
  /// @throws WeightsException if it has no form for them
  default Optional<Encoding> experts() {
    return linear();
  }

  /// How it stores what is cut out of a linear layer, [heads, rows, columns], and stored beside it;
  /// empty if as it is.
  default Optional<Encoding> heads() {
    return Optional.empty();
  }

  /// How it stores an embedding, which also is the output layer where the two are tied.
  Optional<Encoding> embedding();

  /// How it stores an output layer of its own.
  Optional<Encoding> outputLayer();

  /// The same with blocks of another size, where it has such.
  default Quantization inBlocks(int outputs, int inputs) {
    return this;
  }

  /// Whether its codes are computed here, and not taken over from another tool.
  default boolean isComputed() {
    return Stream.of(linear(), embedding(), outputLayer())
        .flatMap(Optional::stream)
        .allMatch(encoding -> encoding.encoder().isPresent());
  }

  /// Refuses a scheme that is not.
  default void requireComputed() {
    if (!isComputed()) {
      throw new RequestException(
          "%s holds codes that another tool computes, and is only read; convert to one of %s"
              .formatted(name(), String.join(", ", computed())));
    }
  }

  /// The names of those whose codes are computed here.
  static List<String> computed() {
    return ALL.stream().filter(Quantization::isComputed).map(Quantization::name).toList();
  }

  /// The families, by their `model_type`, for which MLC LLM has it; empty if for all.
  default List<String> families() {
    return List.of();
  }

  /// In what MLC LLM computes with activations where that is not the model type, in words. Here
  /// they are float32.
  default Optional<String> activations() {
    return Optional.empty();
  }

  /// The scheme of a name that somebody asked for.
  ///
  /// @throws RequestException naming all, if there is none
  static Quantization named(String name) {
    return find(name).orElseThrow(() -> new RequestException(unknown(name)));
  }

  /// The scheme of that name.
  static Optional<Quantization> find(String name) {
    return ALL.stream().filter(quantization -> quantization.name().equals(name)).findFirst();
  }

  /// A sentence about a name that no scheme has.
  static String unknown(String name) {
    String reason = REFUSED.get(name);
    return reason == null
        ? UnknownName.sentence("quantization", name, ALL.stream().map(Quantization::name).toList())
        : "the quantization '%s' is not read: %s".formatted(name, reason);
  }
}
