package studio.ainative.aikit.server;

import org.jspecify.annotations.Nullable;

/**
 * Says whose an answer is that can be read again: only who comes by the same name may
 * read and stop it. All others get what an unknown id gets.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface StreamOwnerResolver {

	/** The principal's name, where there is one. */
	StreamOwnerResolver PRINCIPAL = ReaderRequest::principal;

	/**
	 * Find the owner, both when an answer begins and when it is read or stopped.
	 * @param request the request
	 * @return the owner's name, {@code null} for nobody in particular: an answer that
	 * begins so belongs to whoever knows its id
	 */
	@Nullable String owner(ReaderRequest request);

}
