#!/usr/bin/env bash
# LangChain.js for OpenRouter passes over every chunk without a delta: a failed answer ends as a whole one, unpaid.
#
# Guess: a chunk that is an error alone throws, as with @langchain/openai, and usage in a chunk of its own is read.
# Seen:  after data: {"error":…} the loop ends without an exception, with or without a name before it; an error beside a
#        choice, OpenRouter's own form, leaves "error" as the finish reason and nothing else. Usage beside empty choices,
#        OpenAI's form, is lost; where each chunk has the counts so far, they are added up: 27 in for 9.
# Why:   half an answer is kept as a whole one, and costs are none or many. Who must use it checks the finish reason of
#        each answer; @langchain/openai with OpenRouter's address throws and counts.
# Ran:   @langchain/openrouter 0.4.11, @langchain/openai 1.6.0, @langchain/core 1.4.0, node 20.20.2, on 2026-11-29; needs
#        npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @langchain/openrouter@0.4.11 @langchain/openai@1.6.0 @langchain/core@1.4.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @langchain/openrouter @langchain/openai @langchain/core; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { ChatOpenAI } from '@langchain/openai';
import { ChatOpenRouter } from '@langchain/openrouter';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const data = (json) => `data: ${JSON.stringify(json)}\n\n`;
const chunk = (choices, more) => data({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...more });
const choice = (delta, finish_reason = null) => [{ index: 0, delta, finish_reason }];
const usage = (completion_tokens) => ({ usage: { prompt_tokens: 9, completion_tokens, total_tokens: 9 + completion_tokens } });
const error = { error: { code: 502, message: 'Provider disconnected' } };
const bodies = {
  'error alone': chunk(choice({ role: 'assistant', content: 'Hel' })) + data(error),
  'named error': chunk(choice({ role: 'assistant', content: 'Hel' })) + 'event: error\n' + data(error),
  'error beside a choice': chunk(choice({ role: 'assistant', content: 'Hel' })) + chunk(choice({ content: '' }, 'error'), error),
  'usage of its own': chunk(choice({ role: 'assistant', content: 'Hel' })) + chunk(choice({}, 'stop')) + chunk([], usage(2)),
  'usage in each chunk': chunk(choice({ role: 'assistant', content: 'Hel' }), usage(1)) + chunk(choice({ content: 'lo' }), usage(2)) + chunk(choice({}, 'stop'), usage(2)),
};
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body + 'data: [DONE]\n\n');
});
const baseURL = `http://127.0.0.1:${await listen(server)}`;
const read = async (model) => {
  let whole;
  try {
    for await (const part of await model.stream('Hello')) whole = whole ? whole.concat(part) : part;
  } catch (ex) {
    return 'throws';
  }
  return `${whole.response_metadata.finish_reason} ${whole.usage_metadata?.input_tokens}`;
};
const seen = [];
for (const [what, text] of Object.entries(bodies)) {
  body = text;
  const openRouter = await read(new ChatOpenRouter({ apiKey: 'none', model: 'm', baseURL, maxRetries: 0 }));
  const openAi = await read(new ChatOpenAI({ apiKey: 'none', model: 'm', configuration: { baseURL }, maxRetries: 0 }));
  console.log(what.padEnd(22), 'openrouter:', openRouter.padEnd(20), 'openai:', openAi);
  seen.push(openRouter, openAi);
}
verdict(seen.join() === 'undefined undefined,throws,undefined undefined,throws,error undefined,throws,stop undefined,stop 9,stop 27,stop 9');
JS
node run.mjs
