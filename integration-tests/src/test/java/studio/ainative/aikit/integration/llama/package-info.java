/**
 * AI Kit before a model that runs in the JVM.
 */
@NullMarked
package studio.ainative.aikit.integration.llama;

import org.jspecify.annotations.NullMarked;
