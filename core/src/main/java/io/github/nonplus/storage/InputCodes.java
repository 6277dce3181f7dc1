package io.github.nonplus.storage;

import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.operand.Parameter;

/// What a product's input is rounded to.
public record InputCodes(CodeNumbers codes, CodeScales scales) {
  private static final String WEIGHT = ".weight";

  /// The same with the stored numbers of another matrix.
  ///
  /// @param weight the name of the matrix whose these are
  /// @param other that of the other one
  public InputCodes named(String weight, String other) {
    CodeScales renamed =
        switch (scales) {
          case CodeScales.Stored law ->
              new CodeScales.Stored(
                  named(law.scale(), weight, other),
                  law.zero() == null ? null : named(law.zero(), weight, other));
          case CodeScales.Local law ->
              new CodeScales.Local(law.group(), named(law.unit(), weight, other), law.reciprocal());
          case CodeScales.Largest _, CodeScales.Range _, CodeScales.PowerOfTwo _ -> scales;
        };
    return new InputCodes(codes, renamed);
  }

  private static Parameter named(Parameter number, String weight, String other) {
    String module = module(weight);
    return number.name().startsWith(module + ".")
        ? Parameter.vector(module(other) + number.name().substring(module.length()), 1)
        : number;
  }

  private static String module(String weight) {
    return weight.endsWith(WEIGHT)
        ? weight.substring(0, weight.length() - WEIGHT.length())
        : weight;
  }
}
