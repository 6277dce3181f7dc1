package io.github.nonplus.storage;

import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;

/// What a product's input is rounded to.
public record InputCodes(CodeNumbers codes, CodeScales scales) {}
