package studio.ainative.aikit.client;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.cache.AnswerCache;
import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.tokens.CostCalculator;
import studio.ainative.aikit.tokens.TokenBudget;
import studio.ainative.aikit.tokens.TokenCounter;

/**
 * Streams answers of a model.
 * <p>
 * The {@code stream} methods keep no state and may be used by any number of threads at
 * once. {@link #send}, {@link #retry}, {@link #stop} and {@link #reset} are one
 * conversation: its messages and usage are kept here. All methods are thread-safe, none
 * blocks.
 * <p>
 * What can't be sent is refused at once, by an {@link InvalidMessagesException}. Nothing
 * is sent until subscription, and each subscription is one call. Cancelling closes the
 * connection at once, whatever the call is waiting for. Demand reaches the network: a
 * slow subscriber slows the provider. Events arrive on the thread that reads the network.
 * Each {@code Flux} ends in exactly one of these ways:
 * <ul>
 * <li>Completes after the provider's own end of the answer, or 2 seconds after its finish
 * reason if the connection stays open without that end. The last event is a
 * {@link StreamEvent.UsageReport}, estimated if the provider reports none.
 * <li>{@link ProviderException} if the provider answered with an error, among them
 * {@link AuthenticationException} and {@link RateLimitException}.
 * <li>{@link StreamInterruptedException} if there was no connection or it ended before
 * the answer did; tokens already emitted stay valid.
 * <li>{@link StreamTimeoutException} if one of the {@link StreamTimeouts} has passed.
 * <li>{@link MalformedEventException}, {@link LimitExceededException},
 * {@link BudgetExceededException}: see there.
 * <li>{@link IllegalArgumentException} if the provider's format can't express an option.
 * </ul>
 * Failures that may pass go on to the {@linkplain Builder#fallback fallbacks}, if there
 * are any, and are then retried as {@link RetryConfig} says; each is announced by a
 * {@link StreamEvent.Retry}. An answer that its server keeps, which AI Kit's tell of
 * those that can be read again, is read on instead when its connection is lost
 * ({@link AIStreamEvent#RECONNECT}), or fails with an {@link AnswerLostException};
 * whoever stops or cancels has it stopped there too. A try that fails before its first
 * text, reasoning or tool call leaves no other trace.
 * <p>
 * A stream with an {@link AnswerCache} may answer without a call, or by one that is
 * shared; the ways in which the {@code Flux} ends stay the same.
 *
 * @since 0.1.0
 */
public interface AIStream {

	/**
	 * Stream the answer to a single prompt, without a conversation.
	 * @param prompt what the person says, not blank
	 * @return the events in arrival order
	 * @throws InvalidMessagesException if the prompt is blank or missing
	 */
	Flux<StreamEvent> stream(String prompt);

	/**
	 * Stream the answer to messages that the caller keeps.
	 * @param messages the conversation, oldest first, not empty; the last message of the
	 * user is not blank
	 * @return the events in arrival order
	 * @throws InvalidMessagesException if there is nothing to send, or the provider's
	 * format can't express it
	 */
	Flux<StreamEvent> stream(List<Message> messages);

	/**
	 * Stream the answer to messages that the caller keeps, with another model, system
	 * prompt or other options than configured.
	 * @param messages the conversation, oldest first, not empty; the last message of the
	 * user is not blank
	 * @param options what this call does differently
	 * @return the events in arrival order
	 * @throws InvalidMessagesException if there is nothing to send, or the provider's
	 * format can't express it
	 */
	Flux<StreamEvent> stream(List<Message> messages, CallOptions options);

	/**
	 * Say something in the conversation kept here, and stream the answer. On
	 * subscription, the message is added to {@link #getMessages()}; at the end, the
	 * answer is, with the status
	 * <ul>
	 * <li>{@code COMPLETE} if it is whole,
	 * <li>{@code STOPPED} after {@link #stop()} or if the subscriber cancels,
	 * <li>{@code FAILED} if the call fails (a spent budget included).
	 * </ul>
	 * An answer that was stopped or failed before any text is not added. The next request
	 * then leaves out the message that got no answer, so that person and model alternate;
	 * it stays in {@link #getMessages()} and {@link #retry()} can answer it.
	 * @param content what the person says, not blank
	 * @return the events in arrival order; fails with {@link IllegalStateException} if an
	 * answer of this conversation is streaming
	 * @throws InvalidMessagesException if the content is blank or missing
	 */
	Flux<StreamEvent> send(String content);

	/**
	 * Drop the last answer of the conversation, if there is one, and stream another to
	 * the message before it.
	 * @return the events in arrival order, none if nothing was said yet; fails with
	 * {@link IllegalStateException} if an answer of this conversation is streaming
	 */
	Flux<StreamEvent> retry();

	/**
	 * Stop the answer that streams in this conversation, if any: its {@code Flux}
	 * completes, the connection is closed, no retry is made any more, and the text so far
	 * is kept as a message. Calls of the {@code stream} methods are stopped by cancelling
	 * them.
	 */
	void stop();

	/**
	 * Forget the conversation and its usage, after {@linkplain #stop() stopping} it.
	 */
	void reset();

	/**
	 * The conversation so far, without the answer that still streams.
	 * @return a copy, oldest message first
	 */
	List<Message> getMessages();

	/**
	 * Whether an answer of the conversation is streaming.
	 * @return {@code true} from the subscription of {@link #send} or {@link #retry} to
	 * its end
	 */
	boolean isStreaming();

	/**
	 * What the conversation has used, all its ended turns added up: each as its last
	 * report says, or estimated where the provider reported none or was cut off.
	 * @return the usage, {@link Usage#NONE} before the first turn ends
	 */
	Usage getUsage();

	/**
	 * Be told of what happens, in this conversation and in the calls of the
	 * {@code stream} methods alike ({@link AIStreamEvent#MESSAGE} and
	 * {@link AIStreamEvent#RESET} belong to the conversation). Listeners are called in
	 * the order in which they were added, on the thread on which it happens, and must not
	 * block. One that throws is logged and disturbs neither the stream nor the others.
	 * @param <T> what the listener is given
	 * @param event what to be told of
	 * @param listener called each time
	 * @return removes the listener
	 */
	<T> ListenerRegistration on(AIStreamEvent<T> event, Consumer<? super T> listener);

	/**
	 * Start a variant: a builder with all that this stream was built with, without the
	 * conversation and the listeners that were added later.
	 * @return a new builder
	 */
	Builder mutate();

	/**
	 * Start from nothing: the AI Kit format, which needs an {@code endpoint}, and
	 * {@link StreamConfig#defaults()}.
	 * @return a new builder
	 */
	static Builder builder() {
		return new DefaultAIStreamBuilder();
	}

	/**
	 * Builds streams. Not thread-safe; {@link #clone()} it to share a beginning.
	 */
	interface Builder {

		/**
		 * Choose the wire format. Default: AI Kit's own.
		 * @param provider the format
		 * @return this builder
		 */
		Builder provider(Provider provider);

		/**
		 * Set everything that is a value, in place of what was set so far.
		 * @param config the settings
		 * @return this builder
		 */
		Builder config(StreamConfig config);

		/**
		 * Set where requests go. Default: the provider's public address.
		 * @param endpoint an absolute {@code http} or {@code https} address
		 * @return this builder
		 */
		Builder endpoint(URI endpoint);

		/**
		 * Set where requests go. Default: the provider's public address.
		 * @param endpoint an absolute {@code http} or {@code https} address
		 * @return this builder
		 */
		default Builder endpoint(String endpoint) {
			return endpoint(URI.create(endpoint));
		}

		/**
		 * Set the key. Default: none.
		 * @param apiKey the key, {@code null} for none
		 * @return this builder
		 */
		Builder apiKey(@Nullable String apiKey);

		/**
		 * Set the model. Default: what the server chooses.
		 * @param model the model's name, {@code null} where the server chooses
		 * @return this builder
		 */
		Builder model(@Nullable String model);

		/**
		 * Set what the model is told before each conversation. Default: nothing.
		 * @param systemPrompt the prompt, {@code null} for nothing
		 * @return this builder
		 */
		Builder systemPrompt(@Nullable String systemPrompt);

		/**
		 * Set a header of every request; it wins over the provider's own.
		 * @param name the header's name
		 * @param value its value, without line breaks
		 * @return this builder
		 */
		Builder header(String name, String value);

		/**
		 * Set headers of every request, in addition to those set so far.
		 * @param headers values by name, without line breaks
		 * @return this builder
		 */
		Builder headers(Map<String, String> headers);

		/**
		 * Set a field of the request's body.
		 * @param name the field's name, for example {@code temperature}
		 * @param value a JSON value
		 * @return this builder
		 */
		Builder option(String name, Object value);

		/**
		 * Set fields of the request's body, in addition to those set so far.
		 * @param options JSON values by name
		 * @return this builder
		 */
		Builder options(Map<String, Object> options);

		/**
		 * Set when a failed call is made again. Default: {@link RetryConfig#defaults()}.
		 * @param retry the configuration of retries
		 * @return this builder
		 */
		Builder retry(RetryConfig retry);

		/**
		 * Set how long a call waits. Default: {@link StreamTimeouts#defaults()}.
		 * @param timeouts the timeouts
		 * @return this builder
		 */
		Builder timeouts(StreamTimeouts timeouts);

		/**
		 * Set how much a provider may send. Default: {@link StreamLimits#defaults()}.
		 * @param limits the limits
		 * @return this builder
		 */
		Builder limits(StreamLimits limits);

		/**
		 * Set how many tokens may be used: by the conversation, and by each call of the
		 * {@code stream} methods. Default: any number.
		 * @param budget the budget, {@code null} for any number
		 * @return this builder
		 */
		Builder budget(@Nullable TokenBudget budget);

		/**
		 * Set what counts tokens where the provider doesn't. Default:
		 * {@link TokenCounter#forModel(String)} with the configured model.
		 * @param tokenCounter the counter
		 * @return this builder
		 */
		Builder tokenCounter(TokenCounter tokenCounter);

		/**
		 * Set what knows the prices. Default: {@link CostCalculator#defaults()}.
		 * @param costCalculator the calculator
		 * @return this builder
		 */
		Builder costCalculator(CostCalculator costCalculator);

		/**
		 * Set what makes the HTTP client, with its connector, filters and observations.
		 * Default: one with the connections of {@link AiStreamConnections}. The connector
		 * of a given builder keeps its own connections, connect timeout and redirects:
		 * see there how to make one that suits streams.
		 * @param webClientBuilder the builder, which is copied
		 * @return this builder
		 */
		Builder webClientBuilder(WebClient.Builder webClientBuilder);

		/**
		 * Be given each token: short for {@link AIStreamEvent#TOKEN}.
		 * @param listener called for each token
		 * @return this builder
		 */
		default Builder onToken(Consumer<? super StreamEvent.Token> listener) {
			return on(AIStreamEvent.TOKEN, listener);
		}

		/**
		 * Be given each report of usage, with its cost where the model's prices are
		 * known: short for {@link AIStreamEvent#USAGE}. The last report of a call counts.
		 * @param listener called for each report
		 * @return this builder
		 */
		default Builder onCost(Consumer<? super StreamEvent.UsageReport> listener) {
			return on(AIStreamEvent.USAGE, listener);
		}

		/**
		 * Be told when a call has failed for good: short for {@link AIStreamEvent#ERROR}.
		 * @param listener called once for each failed call
		 * @return this builder
		 */
		default Builder onError(Consumer<? super AIStreamException> listener) {
			return on(AIStreamEvent.ERROR, listener);
		}

		/**
		 * Add a listener to every stream that is built: see
		 * {@link AIStream#on(AIStreamEvent, Consumer)}.
		 * @param <T> what the listener is given
		 * @param event what to be told of
		 * @param listener called each time
		 * @return this builder
		 */
		<T> Builder on(AIStreamEvent<T> event, Consumer<? super T> listener);

		/**
		 * Set what observes each call, for metrics and traces. Default: nothing.
		 * @param observer the observer, {@code null} for none
		 * @return this builder
		 */
		Builder observer(@Nullable CallObserver observer);

		/**
		 * Set what gives answers again to whoever asks the same: see there what is kept,
		 * and what is told of it. Default: nothing. Calls say by
		 * {@link CallOptions#withCache(CacheMode)} what they make of it, and
		 * {@link AIStream#retry()} asks for another answer. The cache of a fallback is
		 * not used, and a stream with {@linkplain #tool(Tool) tools} has none: what they
		 * return is of the moment.
		 * @param cache the cache, {@code null} for none
		 * @return this builder
		 */
		Builder cache(@Nullable AnswerCache cache);

		/**
		 * Set how the stream takes part in routes. Default:
		 * {@link RouteConfig#defaults()}.
		 * @param route how
		 * @return this builder
		 */
		Builder route(RouteConfig route);

		/**
		 * Add who answers when this stream can't, after those that were added before. Its
		 * own fallbacks follow it. Of the target count provider, endpoint, key, model,
		 * headers, options, limits, timeouts (all but {@code total}), HTTP client, and
		 * what counts and prices its tokens; its system prompt if it has one. Retries,
		 * the time in total, the budget, listeners and the observer are this stream's.
		 * <p>
		 * A failure before the first text, reasoning or tool call goes on to the next
		 * target at once, if it is no fault of the request ({@link FallbackReason}). Only
		 * when each has been asked, retries begin, after their delay: so a call takes at
		 * most as many requests as there are targets, and {@code maxRetries} more. A
		 * target that has failed several times in a row, or whose provider has named a
		 * time, is left alone meanwhile ({@link RouteConfig}), unless all are: then the
		 * one that is free first is asked. Builders that were {@linkplain #clone()
		 * copied} from one another share what is known of that, and so do the streams
		 * that they build.
		 * <p>
		 * {@link StreamEvent.Retry#target()} names the next one,
		 * {@link StreamEvent.Metadata#TARGET} who answers and
		 * {@link StreamEvent.Metadata#FAILED_TARGETS} who has failed. If all fail the
		 * exception is the last one, and the earlier ones are
		 * {@linkplain Throwable#getSuppressed() suppressed}.
		 * @param name what the target is called, different from all others
		 * @param target the target, which is copied
		 * @return this builder
		 */
		Builder fallback(String name, Builder target);

		/**
		 * Let the model call a tool, whose function is run here. When an answer calls
		 * tools, their functions run beside one another, and the model is asked again
		 * with the results, until it calls none. To the subscriber all of that is one
		 * answer, with {@link StreamEvent.ToolCall calls} that are
		 * {@linkplain StreamEvent.ToolCall#handled() handled} and a
		 * {@link StreamEvent.ToolResult} for each; usage, budget and the time in total
		 * cover all of it. A conversation keeps calls and results.
		 * <p>
		 * What goes wrong the model is told in a sentence as the result: a function that
		 * fails, takes too long or returns too much ({@link ToolLimits}), arguments that
		 * are no JSON object, a tool that there is not. From the second request on, an
		 * answer that breaks in the middle fails whatever {@link RetryConfig#midStream()}
		 * says, and an option {@code tool_choice} that makes the model call a tool is
		 * left out.
		 * <p>
		 * An option of the name "tools" adds others, whose calls are the caller's to
		 * make. If the model calls both at once the answer ends after the results of
		 * those that are run here.
		 * @param tool the tool, whose name is different from all others
		 * @return this builder
		 */
		Builder tool(Tool tool);

		/**
		 * Let the model call a tool: see {@link #tool(Tool)}.
		 * @param name its name, 1 to 64 letters, digits, {@code _} and {@code -}
		 * @param description what it does and when to call it, in words for the model
		 * @param schema the JSON schema of its arguments, JSON text of an object; blank
		 * for a tool without arguments
		 * @param function what it does
		 * @return this builder
		 */
		default Builder tool(String name, String description, String schema, ToolFunction function) {
			return tool(Tool.of(name, description, schema, function));
		}

		/**
		 * Set how much a model may do with tools. Default: {@link ToolLimits#defaults()}.
		 * @param limits the limits
		 * @return this builder
		 */
		Builder toolLimits(ToolLimits limits);

		/**
		 * Set what runs the functions of tools, which may block. Default: Reactor's
		 * {@code boundedElastic} scheduler.
		 * @param executor the executor; what it rejects the model is told of
		 * @return this builder
		 */
		Builder toolExecutor(Executor executor);

		/**
		 * Copy this builder; later changes of one don't reach the other.
		 * @return a new builder with the same settings
		 */
		Builder clone();

		/**
		 * Build a stream with a conversation of its own.
		 * @return a new stream
		 * @throws IllegalStateException if no endpoint was set and the provider has none,
		 * two targets have the same name, or there are tools and a target's provider
		 * can't tell a model of them
		 */
		AIStream build();

	}

}
