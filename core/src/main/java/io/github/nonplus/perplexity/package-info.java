/// Scores and what is made of them: windows to perplexity, with an account of where the number
/// comes from. Not here: how anything is printed (`report`) or computed (`device`).
package io.github.nonplus.perplexity;
