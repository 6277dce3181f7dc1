/// The engine `transformers`: the user's own Python, transformers and bitsandbytes, spoken to
/// through a pipe by a small script that lies beside these classes. Not here: any arithmetic.
package io.github.nonplus.reference.transformers;
