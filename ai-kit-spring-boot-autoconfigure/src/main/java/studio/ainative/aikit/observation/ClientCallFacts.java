package studio.ainative.aikit.observation;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a call when it begins.
 *
 * @param stream the name of the stream, as configured
 * @param provider the name of the wire format
 * @param model the model that is asked for, {@code null} where the server chooses
 * @param serverAddress the host that requests go to
 * @param serverPort its port
 * @param options fields of the request's body, of which only those that the convention
 * names are ever recorded
 * @since 0.1.0
 */
public record ClientCallFacts(String stream, String provider, @Nullable String model, String serverAddress,
		int serverPort, Map<String, Object> options) {

	/**
	 * Refuse facts that are missing.
	 * @param stream the name of the stream, as configured
	 * @param provider the name of the wire format
	 * @param model the model that is asked for, {@code null} where the server chooses
	 * @param serverAddress the host that requests go to
	 * @param serverPort its port
	 * @param options fields of the request's body
	 */
	public ClientCallFacts {
		Objects.requireNonNull(stream, "'stream' must not be null");
		Objects.requireNonNull(provider, "'provider' must not be null");
		Objects.requireNonNull(serverAddress, "'serverAddress' must not be null");
		Objects.requireNonNull(options, "'options' must not be null");
	}

	/** The options' values are not in it. */
	@Override
	public String toString() {
		return "ClientCallFacts[stream=" + this.stream + ", provider=" + this.provider + ", model=" + this.model
				+ ", serverAddress=" + this.serverAddress + ", serverPort=" + this.serverPort + "]";
	}

}
