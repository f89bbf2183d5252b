#!/usr/bin/env bash
# npm streamdown doesn't show what follows "x<y" in an answer: neither the rest of the sentence nor further paragraphs.
#
# Guess: it closes Markdown that is half there (bold, links, code) while the answer streams; finished text with a "<"
#        is shown as any other Markdown renderer shows it.
# Seen:  "For i<n the sum grows." and a second paragraph are rendered as "For i", also when the answer has ended: a "<"
#        with a letter behind it and no ">" anywhere after counts as half a tag, and remend cuts the text there. With
#        "i < n", mode="static" or parseIncompleteMarkdown={false} all is there.
# Why:   comparisons and generics are everyday text of models; the reader sees an answer that ends in mid-sentence, and
#        the one who looks for it finds the whole in log and network. Switch to mode="static" when the answer is there.
# Ran:   streamdown 2.7.1 with remend 1.4.0, react 19.2.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts streamdown@2.7.1 remend@1.4.0 react@19.2.0 react-dom@19.2.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in streamdown remend; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import remend from 'remend';
import { Streamdown } from 'streamdown';
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const shown = (text, settings) => renderToStaticMarkup(createElement(Streamdown, settings, text)).replace(/<[^>]*>|\n/g, ' ')
  .replaceAll('&lt;', '<').replace(/ +/g, ' ').trim();
const answer = 'For i<n the sum grows.\n\nSo it has no limit.';
const seen = {
  default: shown(answer),
  spaced: shown(answer.replace('i<n', 'i < n')),
  static: shown(answer, { mode: 'static' }),
  'not completed': shown(answer, { parseIncompleteMarkdown: false }),
  'remend alone': remend(answer),
};
console.log(seen);
verdict(Object.values(seen).join('|') === 'For i|For i < n the sum grows. So it has no limit.|' + 'For i<n the sum grows. So it has no limit.|'.repeat(2) + 'For i');
JS
node run.mjs
