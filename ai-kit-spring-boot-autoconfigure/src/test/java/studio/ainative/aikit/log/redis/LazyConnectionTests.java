package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.api.StatefulConnection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

class LazyConnectionTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	/** So long that it passes in none of these tests. */
	private static final Duration NEVER = Duration.ofHours(1);

	private static final Duration SHORT = LazyConnection.PAUSE.multipliedBy(2);

	@SuppressWarnings("unchecked")
	private final StatefulConnection<String, byte[]> opened = mock(StatefulConnection.class);

	private final AtomicInteger tries = new AtomicInteger();

	/** What the next try gives, once it is there. */
	private volatile CompletableFuture<StatefulConnection<String, byte[]>> result = new CompletableFuture<>();

	@Test
	void opensOnceForAll() throws Exception {
		LazyConnection<StatefulConnection<String, byte[]>> connection = connection(NEVER);
		assertThat(connection.current()).isNull();
		CompletableFuture<?> one = connection.get();
		CompletableFuture<?> other = connection.get();
		this.result.complete(this.opened);
		assertThat(wait(one)).isSameAs(wait(other)).isSameAs(this.opened).isSameAs(connection.current());
		assertThat(this.tries).hasValue(1);
	}

	@Test
	void waitsAgainForAServerThatRefusesAtOnce() throws Exception {
		LazyConnection<StatefulConnection<String, byte[]>> connection = connection(NEVER);
		this.result.completeExceptionally(new RedisConnectionException("refused"));
		assertThatThrownBy(() -> wait(connection.get())).hasRootCauseMessage("refused");
		this.result = new CompletableFuture<>();
		await().atMost(TIMEOUT).until(() -> !connection.get().isDone());
		this.result.complete(this.opened);
		assertThat(wait(connection.get())).isSameAs(this.opened);
	}

	@Test
	void waitsNoLongerThanTheLimitAndThenNotAtAll() throws Exception {
		LazyConnection<StatefulConnection<String, byte[]>> connection = connection(SHORT);
		CompletableFuture<?> first = connection.get();
		await().atMost(TIMEOUT).until(() -> this.tries.get() == 1);
		assertThatThrownBy(() -> wait(first)).hasCauseInstanceOf(TimeoutException.class);
		assertThat(connection.get()).isCompletedExceptionally();
		this.result.completeExceptionally(new RedisConnectionException("silent"));
		CompletableFuture<StatefulConnection<String, byte[]>> next = new CompletableFuture<>();
		await().atMost(TIMEOUT).until(() -> {
			this.result = next;
			assertThat(connection.get()).isCompletedExceptionally();
			return this.tries.get() == 2;
		});
		assertThat(connection.get()).isCompletedExceptionally();
		next.complete(this.opened);
		await().atMost(TIMEOUT).until(() -> connection.current() == this.opened);
		assertThat(wait(connection.get())).isSameAs(this.opened);
	}

	@Test
	void usesWhatIsThereAfterTheLimit() throws Exception {
		LazyConnection<StatefulConnection<String, byte[]>> connection = connection(SHORT);
		CompletableFuture<?> first = connection.get();
		await().atMost(TIMEOUT).until(() -> this.tries.get() == 1);
		assertThatThrownBy(() -> wait(first)).hasCauseInstanceOf(TimeoutException.class);
		this.result.complete(this.opened);
		await().atMost(TIMEOUT).until(() -> connection.current() == this.opened);
		assertThat(wait(connection.get())).isSameAs(this.opened);
		assertThat(this.tries).hasValue(1);
	}

	@Test
	void closesWhatIsThereAfterItsOwnEnd() throws Exception {
		given(this.opened.isOpen()).willReturn(true);
		LazyConnection<StatefulConnection<String, byte[]>> connection = connection(NEVER);
		CompletableFuture<?> waiting = connection.get();
		connection.close();
		this.result.complete(this.opened);
		assertThatThrownBy(() -> wait(waiting)).hasCauseInstanceOf(IllegalStateException.class);
		verify(this.opened).close();
		assertThat(connection.current()).isNull();
		assertThatThrownBy(() -> wait(connection.get())).isInstanceOf(ExecutionException.class);
	}

	private LazyConnection<StatefulConnection<String, byte[]>> connection(Duration limit) {
		Supplier<StatefulConnection<String, byte[]>> connect = () -> {
			CompletableFuture<StatefulConnection<String, byte[]>> result = this.result;
			this.tries.incrementAndGet();
			try {
				return result.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			}
			catch (ExecutionException ex) {
				throw (RuntimeException) ex.getCause();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		};
		return new LazyConnection<>(connect, limit);
	}

	private static <T> T wait(CompletableFuture<T> future) throws Exception {
		return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

}
