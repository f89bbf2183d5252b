#!/usr/bin/env bash
# Genkit's plugin for OpenAI's protocol drops what the model says beside a call of a tool, and empties a call that ends "stop".
#
# Guess: the message that Genkit sends back holds the text that was streamed and the call with its arguments.
# Seen:  the text was streamed to the reader, but the next request has the call alone. If the finish reason of the chunk is
#        "stop", as some servers have it for calls, too, the tool gets "" for its input; the chunks before had it right.
# Why:   plans that models write before they call are shown, then forgotten, so that models repeat themselves, and stored
#        conversations lack them; a tool with a schema is refused its own arguments. The reader's chunks are all that is left.
# Ran:   @genkit-ai/compat-oai 1.42.0, genkit 1.42.0, openai 6.49.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps genkit@1.42.0 @genkit-ai/compat-oai@1.42.0 openai@6.49.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in genkit @genkit-ai/compat-oai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { genkit, z } from 'genkit';
import { logger } from 'genkit/logging';
import { compatOaiModelRef, openAICompatible } from '@genkit-ai/compat-oai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
logger.setLogLevel('fatal');

const chunk = (delta, finish_reason = null) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const text = chunk({ role: 'assistant', content: 'Let me look.' });
const call = chunk({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } }] });
let reason;
let requests;
const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  requests.push(JSON.parse(body).messages);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end((requests.length === 1 ? text + call + chunk({}, reason) : chunk({ role: 'assistant', content: 'Sunny.' }) + chunk({}, 'stop')) + 'data: [DONE]\n\n');
});
const ai = genkit({ plugins: [openAICompatible({ name: 'server', apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}` })] });
let input;
const weather = ai.defineTool({ name: 'weather', description: 'Tells the weather', inputSchema: z.any(), outputSchema: z.string() }, async (given) => {
  input = JSON.stringify(given);
  return 'sunny';
});

const seen = [];
for (reason of ['tool_calls', 'stop']) {
  requests = [];
  const { stream, response } = ai.generateStream({ model: compatOaiModelRef({ name: 'm', namespace: 'server' }), prompt: 'Hello', tools: [weather] });
  let shown = '';
  for await (const part of stream) shown += part.text;
  await response;
  const said = requests[1].find(({ role }) => role === 'assistant');
  const told = `text ${JSON.stringify(said.content ?? null)}, arguments ${said.tool_calls[0].function.arguments}`;
  console.log(`${reason}: shown "${shown}"; the tool got ${input}; next request: ${told}`);
  seen.push(shown, input, told);
}
verdict(JSON.stringify(seen) === JSON.stringify(['Let me look.Sunny.', '{"city":"Bonn"}', 'text null, arguments {"city":"Bonn"}', 'Let me look.Sunny.', '""', 'text null, arguments ""']));
JS
node run.mjs 2>/dev/null | grep -vE '^(registering|Registering|Initializing)'
