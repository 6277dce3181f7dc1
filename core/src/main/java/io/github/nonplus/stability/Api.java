package io.github.nonplus.stability;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a type that programs of others may call, the types within it included. What is so marked
/// is listed in docs/java.md and changes incompatibly only with a new major version, or before 1.0
/// a new minor one; everything else may change at any time.
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Api {}
