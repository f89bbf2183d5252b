/**
 * AI Kit, and the peers that need no more than Spring Boot; and programs that measure AI
 * Kit alone.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
