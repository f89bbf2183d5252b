#!/usr/bin/env bash
# LangChain's JsonOutputParser gives out half an escape of JSON as text, and takes it back with the next chunk.
#
# Guess: a string that is still growing is a prefix of what it becomes, so what is new is the rest after what was shown.
# Seen:  a chunk that ends between "\" and "n" gives 'one\' and then 'one', a new line and 'two'; who appends what is new
#        shows 'one\two'. "\u00e9" that is cut in two gives 'caf', 'cafu00' and 'café'. npm ai's parsePartialJson and
#        partial-json leave the half escape out on the same chunks.
# Why:   text that is streamed out of a field of a structured answer gets backslashes and loses its line ends, now and then,
#        as tokens happen to fall.
# Ran:   @langchain/core 1.4.0, ai 7.0.173, partial-json 0.1.7, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @langchain/core@1.4.0 ai@7.0.173 partial-json@0.1.7 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @langchain/core ai partial-json; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import { JsonOutputParser } from '@langchain/core/output_parsers';
import { parsePartialJson } from 'ai';
import { parse } from 'partial-json';
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

async function* pieces(chunks) {
  yield* chunks;
}
const readers = {
  '@langchain/core': async (chunks) => {
    const texts = [];
    for await (const value of new JsonOutputParser().transform(pieces(chunks))) {
      texts.push(value.text);
    }
    return texts;
  },
  ai: (chunks) => Promise.all(chunks.map(async (_, i) => (await parsePartialJson(chunks.slice(0, i + 1).join(''))).value.text)),
  'partial-json': (chunks) => chunks.map((_, i) => parse(chunks.slice(0, i + 1).join('')).text),
};
const appended = (texts) => texts.reduce((all, text) => all + text.slice(all.length), '');
const seen = [];
for (const chunks of [['{"text":"one\\', 'ntwo"}'], ['{"text":"caf', '\\u00', 'e9"}']]) {
  for (const [name, read] of Object.entries(readers)) {
    const texts = await read(chunks);
    console.log(chunks, name.padEnd(16), texts, 'appended:', JSON.stringify(appended(texts)));
    seen.push(appended(texts));
  }
}
verdict(JSON.stringify(seen) === JSON.stringify(['one\\two', 'one\ntwo', 'one\ntwo', 'cafu00', 'café', 'café']));
JS
node run.mjs
