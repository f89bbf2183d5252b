#!/usr/bin/env bash
# npm @anthropic-ai/sdk reads an empty answer, without an exception, where events have no "event:" line.
#
# Guess: the type is in each event's data as well, so the line is a convenience; or its lack is an error.
# Seen:  the same answer with and without the lines: without them the loop over messages.create ends at once, having seen
#        nothing, and LangChain's stream, which is built on it, gives no message at all. An error of this form ends a half
#        answer in silence. Only messages.stream() throws. npm @ai-sdk/anthropic goes by the data and reads all.
# Why:   a gateway that writes data lines alone, as in OpenAI's format, works with one client and answers nothing to another.
# Ran:   @anthropic-ai/sdk 1.10.0, @langchain/anthropic 1.5.11, @ai-sdk/anthropic 4.0.105, ai 7.0.173, node 20.20.2, on
#        2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @anthropic-ai/sdk@1.10.0 @langchain/anthropic@1.5.11 @langchain/core@1.4.0 \
  @ai-sdk/anthropic@4.0.105 ai@7.0.173 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @anthropic-ai/sdk @langchain/anthropic @ai-sdk/anthropic ai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { createAnthropic } from '@ai-sdk/anthropic';
import Anthropic from '@anthropic-ai/sdk';
import { ChatAnthropic } from '@langchain/anthropic';
import { streamText } from 'ai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
globalThis.AI_SDK_LOG_WARNINGS = false;

const start = { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 3, output_tokens: 1 } } };
const text = [{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } }];
const end = [{ type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } }, { type: 'message_stop' }];
const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
const named = (value) => `event: ${value.type}\n${unnamed(value)}`;
const unnamed = (value) => `data: ${JSON.stringify(value)}\n\n`;
const answers = {
  named: [start, ...text, ...end].map(named).join(''),
  unnamed: [start, ...text, ...end].map(unnamed).join(''),
  'unnamed error': [start, ...text].map(named).join('') + unnamed(error),
};
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body);
});
const baseURL = `http://127.0.0.1:${await listen(server)}`;
const client = new Anthropic({ baseURL, apiKey: 'none', maxRetries: 0 });
const langchain = new ChatAnthropic({ model: 'm', apiKey: 'none', anthropicApiUrl: baseURL, maxRetries: 0 });
const question = { model: 'm', max_tokens: 99, messages: [{ role: 'user', content: 'Hello' }] };
const readers = {
  'messages.create': async () => {
    let words = '';
    for await (const event of await client.messages.create({ ...question, stream: true })) words += event.delta?.text ?? '';
    return words;
  },
  'messages.stream': async () => (await client.messages.stream(question).finalMessage()).content[0].text,
  langchain: async () => {
    let words = '';
    for await (const chunk of await langchain.stream('Hello')) words += chunk.text;
    return words;
  },
  ai: async () => {
    let words = '';
    for await (const part of streamText({ model: createAnthropic({ baseURL, apiKey: 'none' })('m'), prompt: 'Hello', maxOutputTokens: 99, maxRetries: 0, onError() {} }).fullStream) {
      if (part.type === 'error') throw part.error;
      words += part.type === 'text-delta' ? part.text : '';
    }
    return words;
  },
};
const seen = [];
for (const [name, read] of Object.entries(readers)) {
  const outcomes = [];
  for (body of Object.values(answers)) {
    outcomes.push(await read().catch(() => 'exception'));
  }
  console.log(name.padEnd(16), Object.fromEntries(Object.keys(answers).map((what, i) => [what, outcomes[i]])));
  seen.push(outcomes.join());
}
verdict(seen.join(' ') === 'Hello,,Hello Hello,exception,exception Hello,,Hello Hello,Hello,exception');
JS
node run.mjs
