/**
 * Relays that keep their answers for readers who come again.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
