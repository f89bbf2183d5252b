/**
 * The wire formats of OpenAI: chat completions, with what compatible servers make of
 * them, and Responses.
 */
@NullMarked
package studio.ainative.aikit.provider.openai;

import org.jspecify.annotations.NullMarked;
