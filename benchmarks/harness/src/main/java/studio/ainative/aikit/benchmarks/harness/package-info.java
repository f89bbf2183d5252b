/**
 * The source of answers, the drain of responses, the checks, and what starts the peers'
 * processes and runs them in turn.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
