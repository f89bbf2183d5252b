#!/usr/bin/env bash
# Of two tool calls under one index, OpenRouter's package for the AI SDK drops the second, and OpenAI's Agents glue both.
#
# Guess: an id of its own begins a call of its own, as with @ai-sdk/openai-compatible: servers that send whole calls, Gemini's
#        for one, are known to give them all the index 0, or none.
# Seen:  @openrouter/ai-sdk-provider gives the first call and the finish reason "tool-calls". @openai/agents gives one call
#        of a tool "weatherweather" with two objects in a row for arguments. With an index each both are right.
# Why:   one of two tools isn't run, and nothing tells; or the agent says that there is no such tool. A gateway numbers the
#        calls of those servers.
# Ran:   @openrouter/ai-sdk-provider 3.1.0, @ai-sdk/openai-compatible 3.0.92, ai 7.0.173; @openai/agents-openai 0.20.0,
#        openai 6.49.0; node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps ai@7.0.173 @openrouter/ai-sdk-provider@3.1.0 @ai-sdk/openai-compatible@3.0.92 \
  @openai/agents-openai@0.20.0 @openai/agents-core@0.20.0 openai@6.49.0 zod@4 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @openrouter/ai-sdk-provider @ai-sdk/openai-compatible @openai/agents-openai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import OpenAI from 'openai';
import { jsonSchema, streamText, tool } from 'ai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { OpenAIChatCompletionsModel } from '@openai/agents-openai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const chunk = (delta, finish_reason = null) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const call = (index, id, city) => chunk({ role: 'assistant', tool_calls: [{ index, id, type: 'function', function: { name: 'weather', arguments: JSON.stringify({ city }) } }] });
let indexes;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(call(indexes[0], 'a', 'Bonn') + call(indexes[1], 'b', 'Rome') + chunk({}, 'tool_calls') + 'data: [DONE]\n\n');
});
const options = { apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}` };
const tools = { weather: tool({ description: 'Tells the weather', inputSchema: jsonSchema({ type: 'object', properties: {} }) }) };
const sdk = async (model) => {
  const calls = [];
  for await (const part of streamText({ model, tools, prompt: 'Hello', maxRetries: 0, onError() {} }).fullStream) {
    if (part.type === 'tool-call') calls.push(part.toolName + JSON.stringify(part.input));
  }
  return calls.join(' ');
};
const agents = async () => {
  const request = { input: 'Hello', modelSettings: {}, tools: [], outputType: 'text', handoffs: [], tracing: false };
  for await (const event of new OpenAIChatCompletionsModel(new OpenAI(options), 'm').getStreamedResponse(request)) {
    if (event.type === 'response_done') return event.response.output.map((item) => item.name + item.arguments).join(' ');
  }
};
const seen = [];
for (indexes of [[0, 1], [0, 0], [undefined, undefined]]) {
  const each = [await sdk(createOpenAICompatible({ ...options, name: 'server' })('m')), await sdk(createOpenRouter(options)('m')), await agents()];
  console.log(`indexes ${indexes.map(String)}\n  openai-compatible ${each[0]}\n  openrouter        ${each[1]}\n  agents            ${each[2]}`);
  seen.push(...each);
}
const one = 'weather{"city":"Bonn"}';
const both = one + ' weather{"city":"Rome"}';
const glued = 'weatherweather{"city":"Bonn"}{"city":"Rome"}';
verdict(seen.join() === [both, both, both, both, one, glued, both, one, glued].join());
JS
node run.mjs
