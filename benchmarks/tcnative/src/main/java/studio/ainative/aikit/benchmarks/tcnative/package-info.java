/**
 * AI Kit with OpenSSL on the class path.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.tcnative;

import org.jspecify.annotations.NullMarked;
