#!/usr/bin/env bash
# Four libraries that trace npm openai record no call that failed while it streamed, and three none that was left.
#
# Guess: a stream that fails makes a span with the status of an error, and one that its reader leaves makes a span with the
#        text so far.
# Seen:  OpenTelemetry's, Traceloop's, Langfuse's and OpenInference's make a span for a whole answer and, as if it were
#        whole, for one that is cut off; Traceloop's tells the finish reason "stop" for it, which nobody sent. For an answer
#        that ends in an error there is no span at all with any of the four, after a break out of the loop only with
#        OpenInference's.
# Why:   the rate of errors in the traces is zero on the day when the provider is overloaded, and what was stopped is
#        missing from the costs.
# Ran:   @opentelemetry/instrumentation-openai 0.22.0, @traceloop/instrumentation-openai 0.27.0, @langfuse/openai 5.11.1,
#        @arizeai/openinference-instrumentation-openai 4.2.7, openai 6.49.0, node 20.20.2, on 2026-11-29; needs npm and
#        node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps openai@6.49.0 @opentelemetry/instrumentation-openai@0.22.0 @traceloop/instrumentation-openai@0.27.0 \
  @langfuse/openai@5.11.1 @langfuse/tracing@5.11.1 @arizeai/openinference-instrumentation-openai@4.2.7 @opentelemetry/api@1.10.0 \
  @opentelemetry/sdk-trace-node@2.12.1 @opentelemetry/instrumentation@0.300.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in openai @opentelemetry/instrumentation-openai @traceloop/instrumentation-openai @langfuse/openai @arizeai/openinference-instrumentation-openai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.cjs <<'JS'
const http = require('http');
const { setTimeout: sleep } = require('timers/promises');
const { NodeTracerProvider, SimpleSpanProcessor, InMemorySpanExporter } = require('@opentelemetry/sdk-trace-node');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
const library = process.argv[2];
if (library !== '@langfuse/openai') {
  registerInstrumentations({ instrumentations: [new (require(library).OpenAIInstrumentation)()] });
}
const OpenAI = require('openai').OpenAI;
process.on('unhandledRejection', () => {}); // OpenInference's own reader fails as well, and nobody waits for it

let ending;
const chunk = (delta, finish_reason = null) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const server = http.createServer(async (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ role: 'assistant', content: 'Hel' }));
  await sleep(100);
  response.write(chunk({ content: 'lo' }));
  await sleep(100);
  response.end(ending);
});
const endings = {
  whole: chunk({}, 'stop') + 'data: [DONE]\n\n',
  'cut off': '',
  failed: 'data: {"error":{"message":"overloaded","type":"server_error","code":"overloaded"}}\n\n',
  left: chunk({}, 'stop') + 'data: [DONE]\n\n',
};
(async () => {
  let client = new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}/v1`, maxRetries: 0 });
  if (library === '@langfuse/openai') {
    client = require(library).observeOpenAI(client);
  }
  const seen = [];
  for (const [name, body] of Object.entries(endings)) {
    ending = body;
    let error = 'no exception';
    try {
      for await (const _ of await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hello' }], stream: true })) {
        if (name === 'left') break;
      }
    } catch (ex) {
      error = ex.message;
    }
    for (let i = 0; i < 10 && !exporter.getFinishedSpans().length; i++) await sleep(100);
    const spans = exporter.getFinishedSpans();
    const reason = spans[0]?.attributes['gen_ai.response.finish_reasons'];
    seen.push(spans.length + (name === 'cut off' && String(reason) === 'stop' ? ' stop' : ''));
    console.log(library, `${name}:`, error + ',', spans.length ? 'a span' : 'no span', reason ?? '');
    exporter.reset();
  }
  require('fs').appendFileSync('seen', `${seen.join()}\n`);
  process.exit();
})();
JS
for library in @opentelemetry/instrumentation-openai @traceloop/instrumentation-openai @langfuse/openai @arizeai/openinference-instrumentation-openai; do
  node run.cjs $library
done
if [ "$(cat seen)" = $'1,1,0,0\n1,1 stop,0,0\n1,1,0,0\n1,1,0,1' ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
