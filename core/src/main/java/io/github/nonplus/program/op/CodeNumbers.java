package io.github.nonplus.program.op;

import java.util.Locale;

/// The numbers that codes of a few bits stand for, before a scale: whole numbers from −2ⁿ⁻¹ on, or
/// small floating-point ones without infinities: E2M1 of four bits, E4M3 of eight, as the Open
/// Compute Project defines both.
///
/// @param bits 2 to 8 of whole numbers, 4 or 8 of floating-point ones
public record CodeNumbers(Kind kind, int bits) {
  /// Whole numbers or floating-point ones.
  public enum Kind {
    INT,
    FLOAT
  }

  public static final CodeNumbers INT8 = new CodeNumbers(Kind.INT, 8);
  public static final CodeNumbers E4M3 = new CodeNumbers(Kind.FLOAT, 8);
  public static final CodeNumbers E2M1 = new CodeNumbers(Kind.FLOAT, 4);

  public CodeNumbers {
    boolean known = kind == Kind.INT ? bits >= 2 && bits <= 8 : bits == 4 || bits == 8;
    Operation.require(known, "codes of type " + kind, bits + " bits");
  }

  /// Binary digits behind a number's first one.
  public int digits() {
    return kind == Kind.INT ? bits : bits == 8 ? 3 : 1;
  }

  /// The exponent below which numbers are no nearer to each other.
  public int leastExponent() {
    return kind == Kind.INT ? bits : bits == 8 ? -6 : 0;
  }

  /// The least.
  public float least() {
    return kind == Kind.INT ? -(1 << bits - 1) : -most();
  }

  /// The largest.
  public float most() {
    return kind == Kind.INT ? (1 << bits - 1) - 1 : bits == 8 ? 448 : 6;
  }

  /// By how much two neighbours are apart at most, as a part of the largest.
  double widestStep() {
    return Math.scalb(1, Math.max(Math.getExponent(most()), leastExponent()) - digits()) / most();
  }

  /// The nearest of them, of two the one whose last digit is even; the least or the largest for all
  /// beyond.
  public float nearest(float value) {
    float inside = Math.clamp(value, least(), most());
    int exponent = Math.max(Math.getExponent(inside), leastExponent());
    float step = Math.scalb(1f, exponent - digits());
    return (float) Math.rint(inside / step) * step; // exact: steps are powers of two
  }

  @Override
  public String toString() {
    String name = kind == Kind.INT ? kind.name() + bits : bits == 8 ? "E4M3" : "E2M1";
    return name.toLowerCase(Locale.ROOT);
  }
}
