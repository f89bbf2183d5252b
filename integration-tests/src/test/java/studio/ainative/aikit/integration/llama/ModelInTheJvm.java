package studio.ainative.aikit.integration.llama;

import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.openai.OpenAiChatRequest;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The README's code, word for word: an application that serves a model of its own, by
 * llama.cpp in this process, to whoever reads OpenAI's API.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
		exclude = { ReactiveWebSecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class })
@Import(ModelInTheJvm.LlamaController.class)
class ModelInTheJvm {

	/** How many tokens the model keeps in mind: it forgets the earliest of more. */
	private static final int CONTEXT = 4096;

	// Closing it doesn't wait for an answer that is being made
	@Bean(destroyMethod = "")
	LlamaModel llama(@Value("${llama.file}") String file) {
		return new LlamaModel(
				new ModelParameters().setModel(file).setCtxSize(CONTEXT).setThreads(1).setParallel(1).disableLog());
	}

	/**
	 * Answers one request after the other, texts alone.
	 */
	@RestController
	static class LlamaController {

		private final LlamaModel llama;

		private final StreamingResponses responses;

		private final int maxTokens;

		/** One thread, as the model has one place. Of further requests 32 wait. */
		private final Scheduler place = Schedulers.newBoundedElastic(1, 32, "llama");

		LlamaController(LlamaModel llama, StreamingResponses responses,
				@Value("${llama.max-tokens:1024}") int maxTokens) {
			this.llama = llama;
			this.responses = responses;
			this.maxTokens = maxTokens;
		}

		@PostMapping("/llama/chat/completions")
		StreamingResponse chat(@RequestBody OpenAiChatRequest request) {
			return this.responses.from(answer(request), request.format());
		}

		private Flux<StreamEvent> answer(OpenAiChatRequest request) {
			String prompt = prompt(request);
			// Without the mark of a beginning that models may put before it
			int promptTokens = this.llama.encode(prompt).length;
			if (promptTokens >= CONTEXT) {
				return Flux.just(new StreamEvent.ErrorEvent("The conversation is longer than the model can read.",
						InvalidMessagesException.CODE));
			}
			int limit = number(request, "max_tokens", this.maxTokens, this.maxTokens);
			int seed = number(request, "seed", -1, Integer.MAX_VALUE);
			return Flux.defer(() -> {
				AtomicInteger tokens = new AtomicInteger();
				return pieces(new InferenceParameters(prompt).setNPredict(limit)
					.setSeed(seed)
					.setStopStrings(stopStrings(request))).filter((piece) -> !piece.isEmpty())
					.<StreamEvent>map((piece) -> new StreamEvent.Token(piece, tokens.getAndIncrement()))
					.concatWith(Flux.defer(() -> end(promptTokens, tokens.get(), limit)))
					.onErrorResume(RejectedExecutionException.class,
							(ex) -> Flux.just(new StreamEvent.ErrorEvent("Too many are waiting.", "OVERLOADED")));
			});
		}

		private Flux<String> pieces(InferenceParameters parameters) {
			return Flux
				.<String, LlamaIterator>generate(() -> this.llama.generate(parameters).iterator(), (outputs, sink) -> {
					if (outputs.hasNext()) {
						sink.next(outputs.next().text);
					}
					else {
						sink.complete();
					}
					return outputs;
				}, (outputs) -> {
					if (outputs.hasNext()) {
						outputs.cancel();
					}
				})
				.subscribeOn(this.place)
				.onBackpressureBuffer();
		}

		private static Flux<StreamEvent> end(int promptTokens, int tokens, int limit) {
			FinishReason reason = (tokens < limit) ? FinishReason.STOP : FinishReason.LENGTH;
			return Flux.just(new StreamEvent.UsageReport(Usage.of(promptTokens, tokens)),
					new StreamEvent.Metadata(Map.of(StreamEvent.Metadata.FINISH_REASON, reason.toString())));
		}

		/** In ChatML, whose marks nobody may say himself. */
		static String prompt(OpenAiChatRequest request) {
			return request.messages()
				.stream()
				.map((message) -> "<|im_start|>" + message.role() + "\n" + message.content().replace("<|", "< |")
						+ "<|im_end|>\n")
				.collect(Collectors.joining()) + "<|im_start|>assistant\n";
		}

		private static String[] stopStrings(OpenAiChatRequest request) {
			Object stop = request.options().getOrDefault("stop", List.of());
			return ((stop instanceof List<?> list) ? list : List.of(stop)).stream()
				.map(String::valueOf)
				.toArray(String[]::new);
		}

		private static int number(OpenAiChatRequest request, String option, int otherwise, int atMost) {
			return (request.options().get(option) instanceof Number number)
					? (int) Math.max(1, Math.min(number.longValue(), atMost)) : otherwise;
		}

	}

}
