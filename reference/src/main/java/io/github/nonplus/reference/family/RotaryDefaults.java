package io.github.nonplus.reference.family;

/// What a family makes of rotary keys, and of those that are absent.
///
/// @param base `rope_theta` where the configuration does not say
/// @param part `partial_rotary_factor` likewise
/// @param obeysPart whether the family turns only that part of each head; others have to turn whole
/// @param neighbours whether elements turn with their neighbours, and not with those half a head on
record RotaryDefaults(double base, double part, boolean obeysPart, boolean neighbours) {}
