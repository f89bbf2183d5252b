package studio.ainative.aikit.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * Takes metrics, spans and events by OTLP over HTTP.
 */
final class OtlpCollector implements AutoCloseable {

	private final HttpServer server;

	private final Map<String, Metric> metrics = new ConcurrentHashMap<>();

	private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

	private final Queue<LogRecord> events = new ConcurrentLinkedQueue<>();

	private OtlpCollector(HttpServer server) {
		this.server = server;
		server.createContext("/v1/metrics", (exchange) -> take(exchange, this::takeMetrics));
		server.createContext("/v1/traces", (exchange) -> take(exchange, this::takeSpans));
		server.createContext("/v1/logs", (exchange) -> take(exchange, this::takeEvents));
		server.start();
	}

	static OtlpCollector start() throws IOException {
		return new OtlpCollector(HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0));
	}

	private static void take(HttpExchange exchange, Body body) throws IOException {
		try (exchange) {
			body.take(exchange.getRequestBody().readAllBytes());
			exchange.sendResponseHeaders(200, -1);
		}
	}

	private void takeMetrics(byte[] body) throws InvalidProtocolBufferException {
		ExportMetricsServiceRequest.parseFrom(body)
			.getResourceMetricsList()
			.forEach((resource) -> resource.getScopeMetricsList()
				.forEach((scope) -> scope.getMetricsList()
					.forEach((metric) -> this.metrics.put(metric.getName(), metric))));
	}

	private void takeSpans(byte[] body) throws InvalidProtocolBufferException {
		ExportTraceServiceRequest.parseFrom(body)
			.getResourceSpansList()
			.forEach((resource) -> resource.getScopeSpansList()
				.forEach((scope) -> this.spans.addAll(scope.getSpansList())));
	}

	private void takeEvents(byte[] body) throws InvalidProtocolBufferException {
		ExportLogsServiceRequest.parseFrom(body)
			.getResourceLogsList()
			.forEach((resource) -> resource.getScopeLogsList()
				.forEach((scope) -> this.events.addAll(scope.getLogRecordsList())));
	}

	/** Where {@code /v1/metrics}, {@code /v1/traces} and {@code /v1/logs} are. */
	String endpoint() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	/** The last of each name. */
	Map<String, Metric> metrics() {
		return this.metrics;
	}

	Queue<Span> spans() {
		return this.spans;
	}

	Queue<LogRecord> events() {
		return this.events;
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	/** What comes of a request. */
	private interface Body {

		void take(byte[] body) throws InvalidProtocolBufferException;

	}

}
