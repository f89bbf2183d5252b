/**
 * Decoder, adapters and encoder alone, without network.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
