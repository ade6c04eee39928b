import type { Result } from './results.ts';
import { LIMIT, STYLES } from './styles.ts';

const WIDTH = 960;
const LEFT = 330;
const RIGHT = 40;
const ROW = 30;
const TOP = 96;

/** Readable on white and on dark, and told apart without colour by their shapes' order in the legend. */
const COLOURS: Readonly<Record<string, string>> = {
  cordon: '#0b7285',
  setting: '#868e96',
  naive_filtered: '#e8590c',
  naive: '#c92a2a',
  per_row_filtered: '#9c36b5',
  per_row: '#5f3dc4',
};

/** Dots on a logarithmic axis: times the limit, one row per query, one colour per style; one client. */
export function renderChart(results: readonly Result[]): string {
  const rows = results.filter(({ clients }) => clients === 1);
  const ratios = rows.flatMap(({ ratio }) => Object.keys(COLOURS).flatMap((key) => ratio[key] ?? []));
  const most = Math.max(10, ...ratios);
  const decades = Math.ceil(Math.log10(most));
  const x = (ratio: number) =>
    LEFT + ((Math.log10(Math.max(0.5, ratio)) - LOWEST) / (decades - LOWEST)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + rows.length * ROW + 40;
  const bottom = TOP + rows.length * ROW;
  const grid = Array.from({ length: decades + 1 }, (_, power) => {
    const at = round(x(10 ** power));
    return `<line x1="${at}" y1="${TOP - 8}" x2="${at}" y2="${bottom}" stroke="#dee2e6"/>
  <text x="${at}" y="${bottom + 18}" text-anchor="middle" fill="#495057">${(10 ** power).toLocaleString('en')}×</text>`;
  });
  const lines = rows.map((result, place) => {
    const y = TOP + place * ROW + ROW / 2;
    const dots = Object.entries(COLOURS)
      .reverse()
      .flatMap(([key, colour]) => {
        const ratio = result.ratio[key];
        if (ratio === undefined) return [];
        const told = `${titleOf(key)}: ${ratio}×${result.errors[key] ? ' and more: cancelled' : ''}`;
        return `<circle cx="${round(x(ratio))}" cy="${y}" r="${key === 'cordon' ? 6 : 5}" fill="${colour}"><title>${escapeText(told)}</title></circle>`;
      });
    return `<text x="${LEFT - 14}" y="${y + 4}" text-anchor="end" fill="#212529">${escapeText(`${result.title}, ${result.tenant}`)}</text>
  ${dots.join('\n  ')}`;
  });
  const legend = Object.entries(COLOURS).map(([key, colour], place) => {
    const at = 20 + place * 152;
    return `<circle cx="${at}" cy="52" r="5" fill="${colour}"/><text x="${at + 11}" y="56" fill="#212529">${escapeText(titleOf(key))}</text>`;
  });
  // The command would end an XML comment: two hyphens.
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Time of each query as a multiple of hand-written SQL without row-level security">
  <desc>DO NOT EDIT. Written by \`npm run bench -- --write\`.</desc>
  <rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
  <text x="20" y="28" font-size="16" font-weight="600" fill="#212529">Whole transaction, times the limit (${LIMIT} = 1×: no row-level security, tenant by hand)</text>
  ${legend.join('\n  ')}
  ${grid.join('\n  ')}
  ${lines.join('\n  ')}
</svg>
`;
}

const LOWEST = Math.log10(0.5);

function titleOf(key: string): string {
  return STYLES.find((style) => style.key === key)?.title ?? key;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
