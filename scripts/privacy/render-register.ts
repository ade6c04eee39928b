import { visible } from '../console/visible.ts';
import type { Register } from './register.ts';

/** The register as one Markdown page. */
export function markdownOf(register: Register): string {
  const { controllers, purposes, tables, retention, deadlines, measures, processors } = register;
  return `${[
    '# Record of processing operations',
    'LGPD art. 37. Read off the database by `npm run privacy:register`: purposes, rules, classification and what is in force.',
    '## Controllers',
    table(
      ['Organisation', 'Country', 'Law', 'Privacy contact', 'Relies on'],
      controllers.map((c) => [
        c.name,
        c.country,
        c.regime,
        c.privacy_contact ?? 'not stated',
        list(c.legal_bases),
      ]),
    ),
    '## Purposes',
    table(
      [
        'Purpose',
        'Text',
        'Data',
        'Staff reach at most',
        'In force, people by legal basis',
        'Recipients',
        'Disclosed to',
        'Retention',
      ],
      purposes.map((p) => [
        `${p.purpose} v${p.version}`,
        p.description,
        list(p.data_categories),
        pairs(p.reaches),
        pairs(p.in_force),
        list(p.recipients),
        list(p.disclosed_to),
        p.retention,
      ]),
    ),
    '## Data',
    table(
      ['Table', 'About', 'Level', 'Domain', 'Subjects', 'Retention', 'On erasure'],
      tables.map((t) => [t.table, t.about, t.level, t.domain, list(t.subjects), t.retention, t.on_erasure]),
    ),
    '## Retention floors',
    table(
      ['Class', 'Law', 'Kept', 'Basis'],
      retention.map((r) => [r.retention, r.regime, r.keep, r.basis]),
    ),
    '## Deadlines',
    table(
      ['What is due', 'Law', 'Within', 'Basis'],
      deadlines.map((d) => [d.duty, d.regime, d.within, d.basis]),
    ),
    '## Security measures',
    table(
      ['Measure', 'Found'],
      measures.map((m) => [m.measure, String(m.found)]),
    ),
    '## Processors',
    processors === null
      ? 'The database keeps no list of processors.'
      : processors.length === 0
        ? 'None.'
        : table(
            Object.keys(processors[0] ?? {}),
            processors.map((p) => Object.values(p).map((value) => String(value ?? ''))),
          ),
  ].join('\n\n')}\n`;
}

/** The tables of the register as CSV (RFC 4180), one line each. */
export function csvOf({ tables }: Register): string {
  const head = ['table', 'about', 'level', 'domain', 'subjects', 'retention', 'on_erasure'];
  const rows = tables.map((t) => [
    t.table,
    t.about,
    t.level,
    t.domain,
    t.subjects.join(' '),
    t.retention,
    t.on_erasure,
  ]);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A spreadsheet runs what begins like a formula. */
function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

const list = (values: readonly string[]) => (values.length === 0 ? 'none' : values.join(', '));
const pairs = (values: Readonly<Record<string, unknown>>) =>
  list(
    Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name} ${value}`),
  );

/** Whoever names an organisation writes no markup into the page. */
const cell = (value: string) =>
  visible(value.replaceAll(/\s+/g, ' ')).replaceAll(/[\\`*_[\]<>|]/g, (sign) => `\\${sign}`);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
