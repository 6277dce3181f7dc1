/// From a model on disk to a model library on disk in one call: what a user asks for, understood,
/// compiled and written. How a program becomes a library is in `library`, what a device needs of it
/// in `device`.
package io.github.nonplus.compilation;
