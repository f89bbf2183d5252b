package studio.ainative.aikit.server;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

import org.springframework.http.codec.ServerSentEvent;

/**
 * A response as Spring's events, which still knows that it is one: whoever writes it can
 * take its bytes instead, if nothing was done with the events in between.
 */
final class EventFlux extends Flux<ServerSentEvent<Object>> {

	private final StreamingResponse response;

	private final Flux<ServerSentEvent<Object>> events;

	EventFlux(StreamingResponse response, Flux<ServerSentEvent<Object>> events) {
		this.response = response;
		this.events = events;
	}

	StreamingResponse response() {
		return this.response;
	}

	@Override
	public void subscribe(CoreSubscriber<? super ServerSentEvent<Object>> actual) {
		this.events.subscribe(actual);
	}

}
