#!/usr/bin/env bash
# npm @langchain/anthropic counts too many output tokens in a stream, and no input where the end alone tells it.
#
# Guess: the counts of message_delta are totals so far, as Anthropic documents: the last replaces those before.
# Seen:  1 at the start and 20 at the end make 21; with a second message_delta (12, then 20) 33. The input count of
#        message_delta isn't read: 0 at the start and 900 at the end (gateways that learn it last send it so) stay 0.
#        Anthropic's own client makes 20, 20 and 900 of the same streams.
# Why:   usage is what is billed and limited by, and the difference grows with each further message_delta.
# Ran:   @langchain/anthropic 1.5.11, @langchain/core 1.4.0, @anthropic-ai/sdk 1.10.0, node 20.20.2, on 2026-11-29; needs
#        npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @langchain/anthropic@1.5.11 @langchain/core@1.4.0 @anthropic-ai/sdk@1.10.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @langchain/anthropic @langchain/core @anthropic-ai/sdk; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import { ChatAnthropic } from '@langchain/anthropic';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const event = (type, fields) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
const answer = (atStart, ...deltas) => event('message_start', { message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm',
  content: [], stop_reason: null, stop_sequence: null, usage: atStart } })
  + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
  + event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello' } })
  + event('content_block_stop', { index: 0 })
  + deltas.map((usage, i) => event('message_delta', { usage, delta: { stop_sequence: null,
    stop_reason: i === deltas.length - 1 ? 'end_turn' : null } })).join('')
  + event('message_stop', {});
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body);
});
const url = `http://127.0.0.1:${await listen(server)}`;
const langchain = new ChatAnthropic({ model: 'm', apiKey: 'none', anthropicApiUrl: url, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
const read = async (what, text) => {
  body = text;
  let message;
  for await (const part of await langchain.stream('Hello')) {
    message = message ? message.concat(part) : part;
  }
  const usage = message.usage_metadata;
  const own = (await anthropic.messages.stream({ model: 'm', max_tokens: 99, messages: [{ role: 'user', content: 'Hello' }] }).finalMessage()).usage;
  const seen = `${usage.input_tokens}/${usage.output_tokens} ${own.input_tokens}/${own.output_tokens}`;
  console.log(what.padEnd(22), 'input/output by LangChain, by Anthropic:', seen);
  return seen;
};
const seen = [
  await read('one message_delta', answer({ input_tokens: 900, output_tokens: 1 }, { output_tokens: 20 })),
  await read('two', answer({ input_tokens: 900, output_tokens: 1 }, { output_tokens: 12 }, { output_tokens: 20 })),
  await read('input told at the end', answer({ input_tokens: 0, output_tokens: 0 }, { input_tokens: 900, output_tokens: 20 })),
];
verdict(seen.join() === '900/21 900/20,900/33 900/20,0/20 900/20');
JS
node run.mjs
