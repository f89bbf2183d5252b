/**
 * AI Kit in applications that use more of Spring.
 */
@NullMarked
package studio.ainative.aikit.integration;

import org.jspecify.annotations.NullMarked;
