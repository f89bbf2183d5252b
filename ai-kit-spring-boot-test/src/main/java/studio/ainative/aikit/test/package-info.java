/**
 * Test support: a provider on a real socket that plays a script, faults included, and
 * what any log of answers has to do.
 */
@NullMarked
package studio.ainative.aikit.test;

import org.jspecify.annotations.NullMarked;
