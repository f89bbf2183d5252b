package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.test.publisher.TestPublisher;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How one response ends when the application does, with the time told by the test.
 */
class ResponseDrainTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Duration FAREWELL = ResponseDrain.FAREWELL;

	private static final Duration INSTANT = Duration.ofNanos(1);

	private final StreamingResponses responses = StreamingResponses
		.builder(StreamingOptions.defaults().withDrainTimeout(TIMEOUT))
		.build();

	private final TestPublisher<StreamEvent> source = TestPublisher.create();

	private final AtomicInteger closed = new AtomicInteger();

	@Test
	void letsAResponseGoOnForItsTime() {
		StreamingResponse response = respond(this.responses.options());
		Frames reader = Frames.of(response);
		ResponseDrain drain = drain(response);
		assertThat(drain.look(Duration.ZERO)).isEqualTo(TIMEOUT);
		assertThat(drain.look(TIMEOUT.minus(INSTANT))).isEqualTo(INSTANT);
		this.source.next(new Token("late", 0));
		assertThat(response.isStreamActive()).isTrue();
		assertThat(reader.text()).contains("late").doesNotContain("SERVER_SHUTDOWN");
	}

	@Test
	void givesAReaderWhoReadsTheTimeForAFarewell() {
		StreamingResponse response = respond(this.responses.options());
		Frames reader = Frames.of(response);
		this.source.next(new Token("one", 0), new Token("two", 1));
		ResponseDrain drain = drain(response);
		reader.take(1);
		assertThat(drain.look(TIMEOUT)).isEqualTo(FAREWELL);
		assertThat(drain.look(TIMEOUT.plus(FAREWELL).minus(INSTANT))).isEqualTo(INSTANT);
		assertThat(this.closed).hasValue(0);
		assertThat(reader.text()).contains("two", "SERVER_SHUTDOWN").endsWith("\"outcome\":\"error\"}\n\n");
		assertThat(this.responses.openResponses()).isZero();
	}

	@Test
	void givesAReaderForWhomThereWasNothingTheTimeForAFarewell() {
		StreamingResponse response = respond(this.responses.options());
		Frames reader = Frames.of(response);
		reader.text();
		ResponseDrain drain = drain(response);
		assertThat(drain.look(TIMEOUT)).isEqualTo(FAREWELL);
		assertThat(drain.look(TIMEOUT.plus(INSTANT))).isEqualTo(FAREWELL.minus(INSTANT));
		assertThat(this.closed).hasValue(0);
		assertThat(reader.text()).contains("SERVER_SHUTDOWN");
	}

	@Test
	void closesAResponseWhoseFarewellIsNotTaken() {
		StreamingResponse response = respond(this.responses.options());
		Frames.of(response).text();
		ResponseDrain drain = drain(response);
		drain.look(TIMEOUT);
		assertThat(drain.look(TIMEOUT.plus(FAREWELL))).isZero();
		assertThat(this.closed).hasValue(1);
		assertThat(this.responses.openResponses()).isZero();
	}

	@Test
	void waitsForNoFarewellOfAReaderWhoTookNothingInAllTheTime() {
		StreamingResponse response = respond(this.responses.options());
		Frames reader = Frames.of(response);
		reader.text();
		this.source.next(new Token("never read", 0));
		ResponseDrain drain = drain(response);
		assertThat(drain.look(TIMEOUT)).isZero();
		assertThat(this.closed).hasValue(1);
		assertThat(reader.isDrained()).isTrue();
		assertThat(this.responses.openResponses()).isZero();
		this.source.assertCancelled();
	}

	@Test
	void holdsNothingAgainstAReaderWhoHadLessTimeThanAFarewellTakes() {
		Duration brief = FAREWELL.minus(INSTANT);
		StreamingResponse response = respond(this.responses.options().withDrainTimeout(brief));
		Frames reader = Frames.of(response);
		this.source.next(new Token("unread", 0));
		assertThat(drain(response).look(brief)).isEqualTo(FAREWELL);
		assertThat(reader.text()).contains("unread", "SERVER_SHUTDOWN");
		assertThat(this.closed).hasValue(0);
	}

	private StreamingResponse respond(StreamingOptions options) {
		return this.responses.from(this.source.flux(), options).onClose(this.closed::incrementAndGet);
	}

	private static ResponseDrain drain(StreamingResponse response) {
		return new ResponseDrain((EventPipe) response.frames());
	}

}
