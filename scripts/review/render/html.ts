import { counted } from '../../console/counted.ts';
import { tellCounts } from '../facts/counts.ts';
import type { Review } from '../review.ts';
import { html } from './html/markup.ts';
import { matrixData } from './html/matrix.ts';
import { renderPage } from './html/page.ts';
import { partsOf, tiles } from './html/parts.ts';
import { tellObservation } from './sections.ts';

/** The whole report as one page that can be opened from a disk, without a network. */
export function renderHtml(review: Review): string {
  const { base, migrations, observation } = review;
  const title =
    migrations.length === 0
      ? 'Nothing new'
      : `What ${counted(migrations.length, 'new migration')} ${migrations.length === 1 ? 'changes' : 'change'}`;
  return renderPage({
    title: `${title} since ${base.ref}`,
    head: html`<h1>${title}</h1>
<p class="range"><span>base</span> <code>${base.ref}</code> at <code>${base.commit.slice(0, 12)}</code>, ${counted(base.migrations, 'migration')} <span>head</span> <code>${migrations.at(-1)?.fileName ?? 'the same history'}</code></p>
<p class="counts">${tellCounts(review.counts)}</p>
<p class="observed">${migrations.length > 0 && tellObservation(review)}</p>
${tiles(review)}`,
    parts: partsOf(review),
    data: observation && matrixData(observation),
  });
}
