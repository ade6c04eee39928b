import { diffWordsWithSpace } from 'diff';
import { diffLines } from '../text.ts';
import { exact, html, type Markup } from './markup.ts';

/** A unified diff in colours; of a line that was changed also the words. */
export function renderDiff(diff: string): Markup {
  const runs = runsOf(diffLines(diff));
  return html`<pre class="diff"><code>${runs.flatMap(tellRun)}</code></pre>`;
}

/** Lines that go, with those that come in their place; or one line of anything else. */
interface Run {
  readonly gone: readonly string[];
  readonly come: readonly string[];
  readonly rest?: string;
}

function runsOf(lines: readonly string[]): Run[] {
  const runs: { gone: string[]; come: string[]; rest?: string }[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    const open = last && last.rest === undefined ? last : undefined;
    if (line.startsWith('-')) {
      if (open && open.come.length === 0) open.gone.push(line);
      else runs.push({ gone: [line], come: [] });
    } else if (line.startsWith('+')) {
      if (open) open.come.push(line);
      else runs.push({ gone: [], come: [line] });
    } else runs.push({ gone: [], come: [], rest: line });
  }
  return runs;
}

function tellRun({ gone, come, rest }: Run): Markup[] {
  if (rest !== undefined)
    return [html`<span class="${rest.startsWith('@@') ? 'hunk' : 'kept'}">${exact(rest)}</span>`];
  const isRewritten = gone.length === come.length;
  const told = (line: string, other: string | undefined, kind: 'gone' | 'come') =>
    html`<span class="${kind}">${other === undefined ? exact(line) : marked(line, other)}</span>`;
  return [
    ...gone.map((line, place) => told(line, isRewritten ? come[place] : undefined, 'gone')),
    ...come.map((line, place) => told(line, isRewritten ? gone[place] : undefined, 'come')),
  ];
}

/** The words that the other line does not have. */
function marked(line: string, other: string): Markup[] {
  const parts = diffWordsWithSpace(other.slice(1), line.slice(1));
  const kept = parts
    .filter(({ added, removed }) => !added && !removed)
    .reduce((sum, { value }) => sum + value.length, 0);
  // Where hardly anything is the same, marks everywhere say nothing.
  if (kept < line.length / 3) return [exact(line)];
  return [
    exact(line.slice(0, 1)),
    ...parts
      .filter(({ removed }) => !removed)
      .map(({ added, value }) => (added ? html`<mark>${exact(value)}</mark>` : exact(value))),
  ];
}
