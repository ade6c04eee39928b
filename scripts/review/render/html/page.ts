import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dataBlock, html, joined, Markup } from './markup.ts';
import type { Part } from './parts.ts';

export interface Page {
  readonly title: string;
  readonly head: Markup;
  readonly parts: readonly Part[];
  /** For the page's script; nothing where there is nothing for it to do. */
  readonly data: unknown;
}

const STYLE = readFileSync(new URL('style.css', import.meta.url), 'utf8');
const SCRIPT = readFileSync(new URL('client.js', import.meta.url), 'utf8');

/** One file that asks for nothing: its style and its script are in it, and no other may run. */
export function renderPage({ title, head, parts, data }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(SCRIPT)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the report</a>
<header>
${head}
<nav aria-label="Parts of the report"><ul>${parts.map(
    ({ id, title: name, count }) =>
      html`<li><a href="#${id}">${name}${count !== undefined && html` <span class="count">${count}</span>`}</a></li>`,
  )}</ul></nav>
</header>
<main id="content">
${joined(
  parts.map(
    ({ id, title: name, count, body }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}${count !== undefined && html` <span class="count">${count}</span>`}</h2>
${body}
</section>`,
  ),
)}
</main>
${data !== undefined && dataBlock('matrix-data', data)}
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
