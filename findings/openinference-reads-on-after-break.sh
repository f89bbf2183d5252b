#!/usr/bin/env bash
# npm openai that OpenInference traces no longer ends the request of a stream that is left.
#
# Guess: tracing watches; a break out of the loop closes the connection as without it.
# Seen:  without tracing the server's connection closes at the break. With it the answer is read to its end for the trace,
#        which tells finish reason "stop" and text that nobody saw. An abort signal ends it in both cases.
# Why:   switched on in production only, it makes stop buttons that break out of the loop stop nothing that is paid for.
# Ran:   @arizeai/openinference-instrumentation-openai 4.2.7, openai 6.49.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps openai@6.49.0 @arizeai/openinference-instrumentation-openai@4.2.7 \
  @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace-node@2.12.1 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in openai @arizeai/openinference-instrumentation-openai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import { NodeTracerProvider, SimpleSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const total = 40;
const chunk = (last) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: 'Hi ' }, finish_reason: last ? 'stop' : null }] })}\n\n`;
let over;
const server = http.createServer(async (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let written = 0;
  while (written < total && !response.destroyed) {
    response.write(chunk(++written === total));
    await sleep(50);
  }
  response.end('data: [DONE]\n\n');
  over(written);
});
const client = new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}/v1`, maxRetries: 0 });
const leave = async (way) => {
  const written = new Promise((done) => { over = done; });
  const stop = new AbortController();
  for await (const _ of await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hello' }], stream: true }, { signal: stop.signal })) {
    if (way === 'break') break;
    stop.abort();
  }
  return written;
};
const untraced = await leave('break');
const exporter = new InMemorySpanExporter();
const instrumentation = new OpenAIInstrumentation({ tracerProvider: new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }) });
instrumentation.manuallyInstrument(OpenAI);
const traced = await leave('break');
for (let i = 0; i < 20 && !exporter.getFinishedSpans().length; i++) await sleep(100);
const reason = exporter.getFinishedSpans()[0]?.attributes['llm.finish_reason'];
const aborted = await leave('abort');
console.log('left after the first piece; the server wrote of', total, { untraced, traced, reason, aborted });
verdict(untraced < total && traced === total && reason === 'stop' && aborted < total);
JS
node run.mjs
