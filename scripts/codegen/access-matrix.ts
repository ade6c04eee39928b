import { API_FUNCTIONS } from '../catalog/invariants/api-functions.ts';

/** What the renderers need of a cell; tests/support/matrix observes them. */
export interface ObservedCell {
  readonly relation: string;
  readonly persona: string;
  readonly operation: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  readonly whose: 'own' | 'other';
  readonly observed: string;
}

/** Personas that get the same of one relation. */
export interface Share {
  /** Letters: R read, C create, U update, D delete. Empty: nothing. */
  readonly own: string;
  readonly other: string;
  readonly personas: readonly string[];
}

const LETTERS = { SELECT: 'R', INSERT: 'C', UPDATE: 'U', DELETE: 'D' } as const;
const OPERATIONS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** Who gets what of each relation: most first, those who get nothing last. */
export function sharesOf(cells: readonly ObservedCell[]): ReadonlyMap<string, readonly Share[]> {
  const relations = new Map<string, Map<string, ObservedCell[]>>();
  for (const cell of cells) {
    const personas = relations.get(cell.relation) ?? new Map<string, ObservedCell[]>();
    relations.set(cell.relation, personas);
    personas.set(cell.persona, [...(personas.get(cell.persona) ?? []), cell]);
  }
  return new Map([...relations].map(([relation, personas]) => [relation, share(personas)]));
}

function share(personas: ReadonlyMap<string, readonly ObservedCell[]>): readonly Share[] {
  const shares = new Map<string, Share & { personas: string[] }>();
  for (const [persona, cells] of personas) {
    const own = letters(cells, 'own');
    const other = letters(cells, 'other');
    const known = shares.get(`${own}|${other}`) ?? { own, other, personas: [] };
    known.personas.push(persona);
    shares.set(`${own}|${other}`, known);
  }
  const weight = ({ own, other }: Share) => own.length * 10 + other.length;
  return [...shares.values()].sort((a, b) => weight(b) - weight(a));
}

function letters(cells: readonly ObservedCell[], whose: ObservedCell['whose']): string {
  return OPERATIONS.filter((operation) =>
    cells.some((cell) => cell.operation === operation && cell.whose === whose && cell.observed === 'allow'),
  )
    .map((operation) => LETTERS[operation])
    .join('');
}

/** Names of a share, the two clinics' told as one where both are in it. */
export function tellPersonas(names: readonly string[]): readonly string[] {
  const told = names.map((name) => {
    const twin = name.replace(/ of ([AB])\b/, (_, clinic) => ` of ${clinic === 'A' ? 'B' : 'A'}`);
    if (twin === name || !names.includes(twin)) return name;
    return name.replace(/ of [AB]\b/, ' of either clinic');
  });
  return [...new Set(told)];
}

const INTRODUCTION = `<!-- DO NOT EDIT. Written by \`npm run matrix -- --write\`. -->

# Access matrix

What real connections got: every persona, on every table and view, in their own organisation and in the other. Every cell
was compared with what \`policies/\` declares. At the end: who may call which function.

R read, C create, U update, D delete; – nothing. *Own* is a row of the persona's own organisation that fulfils the conditions
of the rule (active, not archived, consented, one's own …); *other* is the same in an organisation that is not theirs. In a
table without organisation, *other* is the row of somebody with whom they share nothing.
`;

/** The committed document, below generated/. */
export const ACCESS_MATRIX = 'generated/access-matrix.md';

/** The line by which a document tells on which history its cells were observed. */
export function historyLine(digest: string): string {
  return `Observed on the history whose checksums (\`sha256sum migrations/SHA256SUMS\`) are ${digest}.`;
}

/**
 * The committed document. The same observations of the same history give the same bytes.
 *
 * @param digest of the history, see `historyDigest`.
 */
export function renderAccessMatrix(cells: readonly ObservedCell[], digest: string): string {
  const sections = [...sharesOf(cells)].map(([relation, shares]) => {
    const rows = shares.map(({ own, other, personas }) => {
      const who =
        own + other === '' ? `everybody else (${personas.length})` : tellPersonas(personas).join(', ');
      return `| ${own || '–'} | ${other || '–'} | ${who} |`;
    });
    return `## ${relation}\n\n| Own | Other | Who |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  const count = `${cells.length} cells, ${new Set(cells.map(({ persona }) => persona)).size} personas, ${sections.length} tables and views.\n`;
  return [INTRODUCTION, `${historyLine(digest)}\n`, count, ...sections, functionsOfApi()].join('\n');
}

/** Who may call which function. The catalog is held to the list by the rule `api-functions-listed`. */
function functionsOfApi(): string {
  const rows = Object.entries(API_FUNCTIONS).map(
    ([signature, callers]) => `| \`${signature}\` | ${callers.join(', ')} |`,
  );
  return `## Functions of the API

Who may call which, with PostgreSQL's name of the role; what it allows then is asked inside, by row.

| Function | Role |
|---|---|
${rows.join('\n')}
`;
}
