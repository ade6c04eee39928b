import { counted } from '../../../console/counted.ts';
import { visible } from '../../../console/visible.ts';
import type { Entities, Entity } from '../../facts/entities.ts';
import { type Box, FITS, HEAD, type Layout, LINE, layOut, roomFor } from './layout.ts';
import { html, joined, type Markup } from './markup.ts';

const BADGES: Readonly<Record<Entity['change'], string>> = {
  added: 'new',
  removed: 'removed',
  changed: 'changed',
  same: '',
};

/** The tables that a change touches and their neighbours, as a picture. */
export function renderDiagram(entities: Entities): Markup {
  const layout = layOut(entities);
  return html`<div class="scroll" role="region" aria-label="Diagram of tables, scrolls" tabindex="0">
${drawing(layout, tellEntities(entities))}
</div>
<p class="legend"><span class="key added">new</span> <span class="key changed">changed</span> <span class="key removed">removed</span> <span class="key same">neighbour by foreign key</span>. Arrows point from a foreign key to the table it refers to; new ones are dashed.</p>`;
}

/** The picture in a sentence, for whoever does not see it. */
function tellEntities({ tables, references }: Entities): string {
  const told = (change: Entity['change'], word: string) => {
    const names = tables.filter((entity) => entity.change === change).map(({ name }) => name);
    return names.length === 0 ? [] : [`${word}: ${names.join(', ')}`];
  };
  return [
    ...told('added', 'new'),
    ...told('changed', 'changed'),
    ...told('removed', 'removed'),
    `${counted(references.length, 'foreign key')}`,
  ].join('; ');
}

function drawing({ width, height, boxes, arrows }: Layout, label: string): Markup {
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>
${joined(
  arrows.map(
    ({ reference, path }) =>
      html`<path class="arrow ${reference.change}" d="${path}" marker-end="url(#tip)"><title>${reference.from}: ${reference.name}, ${reference.definition}</title></path>`,
  ),
)}
${joined(boxes.map(drawBox))}
</svg>`;
}

function drawBox(box: Box): Markup {
  const { entity, lines, x, y, width, height } = box;
  const badge = BADGES[entity.change];
  return html`<g class="box ${entity.change}"><title>${entity.name}${badge && `, ${badge}`}</title>
<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>
<text class="name" x="${x + 12}" y="${y + 20}">${shortened(entity.name, roomFor(box))}</text>
${badge !== '' && html`<text class="badge" x="${x + width - 10}" y="${y + 20}" text-anchor="end">${badge}</text>`}
${lines.map(
  (line, place) =>
    html`<text class="column ${line.change}" x="${x + 12}" y="${y + HEAD + 12 + place * LINE}">${shortened(line.text, FITS)}<title>${line.text}</title></text>`,
)}</g>`;
}

function shortened(text: string, most: number): string {
  const characters = [...visible(text)];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}
