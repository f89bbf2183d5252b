package studio.ainative.aikit.client;

/**
 * A stream with tools can't be built: who may answer its calls, the stream itself or one
 * of its fallbacks, speaks a format that can't tell a model of tools. Thrown by
 * {@link AIStream.Builder#build()}.
 *
 * @since 0.1.0
 */
public class ToolsNotSupportedException extends IllegalStateException {

	private final String provider;

	private final String target;

	ToolsNotSupportedException(Target target, boolean isFallback) {
		super("The provider '" + target.exchange().provider().name() + "'"
				+ (isFallback ? " of the fallback '" + target.name() + "'" : "")
				+ " can't tell a model of tools: leave the " + (isFallback ? "tools or the fallback" : "tools")
				+ " out, or choose another provider");
		this.provider = target.exchange().provider().name();
		this.target = target.name();
	}

	/**
	 * The format that has no tools.
	 * @return the provider's name
	 */
	public String provider() {
		return this.provider;
	}

	/**
	 * Who speaks it.
	 * @return the name of the stream or the fallback, as in {@link RouteConfig#name()}
	 */
	public String target() {
		return this.target;
	}

}
