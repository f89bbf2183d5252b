#!/usr/bin/env bash
# Strands Agents for OpenAI's chat completions keeps the last block of an answer: of two calls of tools one is run.
#
# Guess: of an answer with a sentence and two calls, in the provider's own form, both tools are run, and the sentence is
#        part of the conversation.
# Seen:  the second tool alone is run. The next request holds neither the first call nor the sentence. With one call after
#        a sentence the sentence is lost; pieces of two calls in turns end in a ModelError. A call alone, or text, is right.
# Why:   an agent that should compare two cities knows one, no error tells, and the user has seen a sentence that the model
#        never said.
# Ran:   @strands-agents/sdk 1.19.0, openai 6.49.0, node 20.20.2 (the package asks for 22), on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @strands-agents/sdk@1.19.0 openai@6.49.0 @modelcontextprotocol/sdk@1.32.2 \
  @opentelemetry/api@1.9.0 zod@4.1.12 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @strands-agents/sdk openai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { z } from 'zod';
import { Agent, tool } from '@strands-agents/sdk';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const chunk = (delta, finish_reason = null) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const begin = chunk({ role: 'assistant', content: '' });
const text = chunk({ content: 'Let me look.' });
const call = (index, city) => chunk({ tool_calls: [{ index, id: city, type: 'function', function: { name: 'weather', arguments: '' } }] });
const piece = (index, json) => chunk({ tool_calls: [{ index, function: { arguments: json } }] });
const whole = (index, city) => call(index, city) + piece(index, '{"city":') + piece(index, `"${city}"}`);
const end = chunk({}, 'tool_calls') + 'data: [DONE]\n\n';
let answer;
let requests;
const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  requests.push(JSON.parse(body).messages);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(requests.length === 1 ? begin + answer + end : begin + chunk({ content: 'Sunny.' }) + chunk({}, 'stop') + 'data: [DONE]\n\n');
});
const baseURL = `http://127.0.0.1:${await listen(server)}`;

const seen = [];
for (const [name, pieces] of Object.entries({
  'one call': whole(0, 'Bonn'),
  'text, one call': text + whole(0, 'Bonn'),
  'text, two calls': text + whole(0, 'Bonn') + whole(1, 'Rome'),
  'two calls in turns': call(0, 'Bonn') + call(1, 'Rome') + piece(0, '{"city":"Bonn"}') + piece(1, '{"city":"Rome"}'),
})) {
  answer = pieces;
  requests = [];
  const run = [];
  const weather = tool({ name: 'weather', description: 'Tells the weather', inputSchema: z.object({ city: z.string() }), callback: ({ city }) => { run.push(city); return 'sunny'; } });
  const model = new OpenAIModel({ api: 'chat', modelId: 'm', apiKey: 'none', clientConfig: { baseURL, maxRetries: 0 } });
  const outcome = await new Agent({ model, tools: [weather], printer: false }).invoke('Compare Bonn and Rome').then(() => 'done', (error) => error.name);
  const said = requests[1]?.find(({ role }) => role === 'assistant');
  const told = said && `text ${JSON.stringify(said.content ?? null)}, calls ${said.tool_calls.map(({ id }) => id)}`;
  console.log(`${name}: tools run for ${run.join(' and ') || 'nothing'}; ${outcome}; next request: ${told ?? 'none'}`);
  seen.push([run.join(), outcome, told]);
}
verdict(JSON.stringify(seen) === JSON.stringify([
  ['Bonn', 'done', 'text "", calls Bonn'],
  ['Bonn', 'done', 'text "", calls Bonn'],
  ['Rome', 'done', 'text "", calls Rome'],
  ['', 'ModelError', undefined],
]));
JS
node run.mjs 2>/dev/null
