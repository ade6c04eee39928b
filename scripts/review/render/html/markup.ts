import { visible, visibleLines } from '../../../console/visible.ts';

/** Text that is markup already: what {@link html} made. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | false | undefined | readonly Part[];

/**
 * Markup with values in it. Every value is text, whatever it holds, unless it is markup made the same way; so no name of an object
 * becomes an element. Attributes have to be quoted.
 *
 * @example
 * html`<td title="${name}">${name}</td>`
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((whole, string, place) => whole + told(parts[place - 1]) + string));
}

/** Several pieces, one below the other. */
export function joined(parts: readonly Markup[]): Markup {
  return new Markup(parts.map(({ text }) => text).join('\n'));
}

/** Text with its blanks and lines as they are. */
export function exact(text: string): Markup {
  return new Markup(escapeHtml(visibleLines(text)));
}

/** Data for a script of the page, in an element that is never run. */
export function dataBlock(id: string, data: unknown): Markup {
  // Nothing in JSON outside of strings holds these three; inside, the escapes mean the same.
  const json = JSON.stringify(data).replaceAll(/[<>&\u2028\u2029]/g, unicodeEscape);
  return new Markup(`<script type="application/json" id="${id}">${json}</script>`);
}

function told(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(told).join('');
  if (part === undefined || part === false) return '';
  return escapeHtml(visible(String(part)));
}

/** For elements and quoted attributes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
