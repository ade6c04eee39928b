import type { Review } from '../../../scripts/review/review.ts';

/** Names that mean something wherever they are not kept as text. */
export const HOSTILE = {
  script: '</script><img src=x onerror=alert(1)>',
  table: 'public.wards | ``x``\n# heading\n</details> @octocat #12 https://evil.example',
  fence: '```\n````\n</details>\n<!-- -->',
  unseen: 'public.\u202epatients\u001b[2J\u200b',
} as const;

/** What of {@link HOSTILE} nobody would see, raw or as JSON spells it. */
export const UNSEEN = /[\p{Cf}]|(?=\p{Cc})[^\n\t]|\\u001b/u;

type Cells = NonNullable<Review['observation']>['cells'];

const OPERATIONS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** Cells of a persona in a table: letters before and now, of own rows; nothing of others'. */
export function cellsOf(
  persona: string,
  role: string,
  relation: string,
  before: string | null,
  after: string,
): Cells {
  const letters = { SELECT: 'R', INSERT: 'C', UPDATE: 'U', DELETE: 'D' };
  const gets = (held: string, operation: (typeof OPERATIONS)[number]) =>
    held.includes(letters[operation]) ? ('allow' as const) : ('no_row' as const);
  return OPERATIONS.flatMap((operation) =>
    (['own', 'other'] as const).map((whose) => ({
      relation,
      persona,
      role,
      operation,
      whose,
      before: before === null ? null : whose === 'own' ? gets(before, operation) : ('no_row' as const),
      after: whose === 'own' ? gets(after, operation) : ('no_row' as const),
    })),
  );
}

/** An observation of these cells. */
export function observed(cells: Cells): NonNullable<Review['observation']> {
  const changes = cells.flatMap((cell) =>
    cell.before === null || cell.before === cell.after ? [] : [{ ...cell, before: cell.before }],
  );
  return {
    compared: cells.filter(({ before }) => before !== null).length,
    changes,
    cells,
    unasked: [],
  };
}

/** A change that does nothing. */
export function emptyReview(): Review {
  return {
    base: { ref: 'main', commit: '0123456789abcdef0123456789abcdef01234567', migrations: 3 },
    migrations: [],
    counts: {
      grants: { added: 0, removed: 0 },
      policies: { added: 0, removed: 0, changed: 0 },
      marks: { widened: 0, changed: 0, narrowed: 0, equal: 0 },
    },
    verdicts: [],
    losses: [],
    routines: [],
    shapes: [],
    entities: { tables: [], references: [] },
    findings: [],
  };
}

/** A change that does a little of everything. */
export function fullReview(changes: Partial<Review> = {}): Review {
  return {
    ...emptyReview(),
    migrations: [
      {
        path: 'migrations/20260101000000_open_beds.sql',
        fileName: '20260101000000_open_beds.sql',
        why: 'receptionists move beds',
        locks: [
          { table: 'public.beds', mode: 'ACCESS EXCLUSIVE', rewritten: true, scanned: true, isLarge: true },
        ],
        rows: ['changes rows of public.beds'],
        cautions: [
          { rule: 'ban-drop-column', line: 9, level: 'Warning', message: 'Clients may break.', help: null },
        ],
        places: [
          { line: 5, names: ['public.beds', 'provider_update'] },
          { line: 12, names: ['authz.holds'] },
        ],
        opens: ['receptionist can now change public.beds', 'authz.holds(text[]) has another text'],
        widened: 2,
        narrowed: 1,
      },
    ],
    counts: {
      grants: { added: 1, removed: 0 },
      policies: { added: 0, removed: 0, changed: 1 },
      marks: { widened: 1, changed: 1, narrowed: 1, equal: 1 },
    },
    verdicts: [
      {
        mark: 'widened',
        realm: 'authenticated',
        about: 'public.beds',
        command: 'UPDATE',
        sentence: 'receptionist can now change public.beds',
        details: ['before: where the role is nurse', 'now: where the role is nurse or receptionist'],
        seen: ['receptionist of A', 'receptionist of B'],
      },
      {
        mark: 'changed',
        realm: 'everybody',
        about: 'authz.holds(text[])',
        sentence: 'authz.holds(text[]) has another text',
      },
      {
        mark: 'narrowed',
        realm: 'patient',
        about: 'public.invoices',
        command: 'SELECT',
        sentence: 'patients can no longer read public.invoices',
        seen: [],
      },
      {
        mark: 'equal',
        realm: 'everybody',
        about: 'public.cases',
        sentence: 'the policies of public.cases are written otherwise, and let through the same',
      },
    ],
    observation: observed([
      ...cellsOf('receptionist of A', 'authenticated', 'public.beds', 'R', 'RU'),
      ...cellsOf('receptionist of B', 'authenticated', 'public.beds', 'R', 'RU'),
      ...cellsOf('patient of A', 'patient', 'public.beds', '', ''),
      ...cellsOf('receptionist of A', 'authenticated', 'public.cases', 'RCU', 'RCU'),
      ...cellsOf('receptionist of B', 'authenticated', 'public.cases', 'RCU', 'RCU'),
      ...cellsOf('patient of A', 'patient', 'public.cases', 'R', 'R'),
    ]),
    losses: ['public.beds.note is dropped, with its values'],
    routines: [
      {
        key: 'function authz.holds(text[])',
        change: 'changed',
        diff: '====\n--- a\tbefore\n+++ a\tnow\n@@ -1,3 +1,3 @@\n begin\n-  return false;\n+  return true;\n end',
      },
      { key: 'function public.move_bed(uuid)', change: 'added', diff: '' },
    ],
    shapes: [{ sentence: 'column public.beds.note is gone', breaks: true }],
    entities: {
      tables: [
        {
          name: 'public.beds',
          change: 'changed',
          columns: [
            { name: 'floor', change: 'added', before: null, after: 'integer not null default 0' },
            { name: 'note', change: 'removed', before: 'text', after: null },
          ],
        },
        { name: 'public.organisations', change: 'same', columns: [] },
      ],
      references: [
        {
          name: 'beds_organisation_id_fkey',
          from: 'public.beds',
          to: 'public.organisations',
          change: 'same',
          definition: 'FOREIGN KEY (organisation_id) REFERENCES public.organisations(id)',
        },
      ],
    },
    findings: [
      {
        guard: 'widenings-named',
        where: 'migrations/20260101000000_open_beds.sql',
        problem: 'does not name 1 thing that it opens',
        expected: 'a line `--   widens: …` for each',
        remedy: 'npm run db:new -- --headers writes them',
        details: ['+ --   widens: receptionist can now change public.beds'],
      },
      {
        guard: 'tables-ruled',
        where: 'public.beds',
        problem: 'is a new table without rules',
        expected: 'a file in policies/',
        remedy: 'copy one',
      },
    ],
    ...changes,
  };
}

/** The same, with a hostile name wherever a database may put one. */
export function hostileReview(): Review {
  const full = fullReview();
  const every = [HOSTILE.script, HOSTILE.table, HOSTILE.fence, HOSTILE.unseen];
  return fullReview({
    verdicts: every.map((name, place) => ({
      mark: 'widened',
      realm: place === 2 ? 'anon' : name,
      about: name,
      command: 'SELECT',
      sentence: `anon can now read ${name}`,
      details: [`before: ${name}`],
      seen: [name],
    })),
    migrations: full.migrations.map((migration) => ({
      ...migration,
      why: every.join(' '),
      locks: every.map((table) => ({
        table,
        mode: 'SHARE',
        rewritten: false,
        scanned: false,
        isLarge: false,
      })),
      rows: every.map((name) => `changes rows of ${name}`),
      places: every.map((name, place) => ({ line: place + 3, names: [name] })),
    })),
    observation: {
      ...observed(every.flatMap((name) => cellsOf(name, name, name, '', 'R'))),
      unasked: every.map((relation) => ({ relation, side: 'now', why: relation })),
    },
    losses: every.map((name) => `${name} is dropped`),
    routines: every.map((name) => ({
      key: `function ${name}()`,
      change: 'changed',
      diff: `@@ -1 +1 @@\n-${name}\n+${name} ${name}`,
    })),
    shapes: every.map((name) => ({ sentence: `table ${name} is new`, breaks: true })),
    entities: {
      tables: every.map((name) => ({
        name,
        change: 'added',
        columns: [{ name, change: 'added', before: null, after: name }],
      })),
      references: [
        {
          name: HOSTILE.script,
          from: HOSTILE.script,
          to: HOSTILE.table,
          change: 'added',
          definition: HOSTILE.fence,
        },
      ],
    },
    findings: every.map((name) => ({
      guard: 'tables-ruled',
      where: name,
      problem: `${name} has no rules`,
      expected: name,
      remedy: name,
      details: [name],
    })),
  });
}
