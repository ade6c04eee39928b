import type { Clinic } from '../../../testing/ids.ts';
import { EVERYBODY } from '../../../testing/personas.ts';
import type { Session } from '../../../testing/session.ts';
import type { TestDatabase } from '../../../testing/test-database.ts';
import { BELONGING, BELONGS } from './belonging.ts';
import { CHARTS } from './chart-steps.ts';
import { DOCUMENTS } from './document-steps.ts';
import { FILES } from './files.ts';
import { keepHistory } from './history.ts';
import { INVARIANTS, type Invariant } from './invariants.ts';
import { PEOPLE } from './member-steps.ts';
import { MONEY } from './money-steps.ts';
import { PRIVACY } from './privacy-steps.ts';
import { NEWLY_SHOWN, RECORDS, SHOWN } from './records.ts';
import { STAFF } from './staff-steps.ts';
import { TRANSPORT } from './transport-steps.ts';
import { isUnknown, type Kind, type Step, type Taken, take, told, weighted } from './walk.ts';
import { WARD } from './ward-steps.ts';

export const KINDS: readonly Kind[] = weighted([
  ...WARD,
  ...MONEY,
  ...TRANSPORT,
  ...CHARTS,
  ...PEOPLE,
  ...STAFF,
  ...DOCUMENTS,
  ...PRIVACY,
]);

/** What several do at once: retention comes by years later here, when nobody is on a job any more that they are put on meanwhile. */
export const AT_ONCE: readonly Kind[] = KINDS.filter(({ name }) => name !== 'delete what is due');

/** Everything that has to hold. */
export const HELD: readonly Invariant[] = [...INVARIANTS, ...FILES, ...BELONGING, ...RECORDS];

/** What no longer holds, by its name, with the rows that show it. */
export type Broken = Readonly<Record<string, readonly unknown[]>>;

async function brokenOf(
  superuser: Session,
  held: readonly Invariant[],
): Promise<Record<string, readonly unknown[]>> {
  const found: Record<string, readonly unknown[]> = {};
  for (const { name, sql } of held) {
    const rows = await superuser.rows(sql);
    if (rows.length > 0) found[name] = rows.slice(0, 5);
  }
  return found;
}

/** Asks for everything that has to hold. */
export async function broken(superuser: Session): Promise<Broken> {
  const found = await brokenOf(superuser, HELD);
  const untold = await superuser.rows(NEWLY_SHOWN);
  if (untold.length > 0) found['what operations are shown was told to the patient'] = untold;
  await superuser.script(SHOWN);
  return found;
}

/** Readies a clone: a record of all changes, legal bases that the clinics list, and doors that are open at any hour. */
export async function prepare(database: TestDatabase, dawdle = 0): Promise<void> {
  await database.asSuperuser(async (session) => {
    await session.script(`
      do $$
      declare
        v_id uuid;
      begin
        for v_id in select id from public.organisations loop
          perform set_config('app.pinned_organisation_id', v_id::text, true);
          update public.organisation_settings set business_hours = '{"start": 0, "end": 24}', legal_bases = '{consent,health_protection,vital_interest}'
           where organisation_id = v_id;
        end loop;
      end $$;
      update auth.users set email_confirmed_at = now()`);
    await keepHistory(session, dawdle);
  });
}

export interface Walked {
  readonly taken: readonly Taken[];
  /** Nothing where all of it holds to the end. */
  readonly fault?: string;
}

/**
 * Walks, and looks after every so many steps whether everything holds.
 *
 * @param every after how many steps it is looked at; and at the end.
 */
export async function walk(
  database: TestDatabase,
  steps: readonly Step[],
  every: number,
  clinics: readonly Clinic[] = ['a', 'b'],
): Promise<Walked> {
  const taken: Taken[] = [];
  let fault: string | undefined;
  for (const [at, step] of steps.entries()) {
    const one = await take(database, KINDS, step, clinics);
    if (one) taken.push(one);
    if (one && isUnknown(KINDS, one)) fault = `refused with what nobody names: ${told(one)}`;
    if (fault === undefined && ((at + 1) % every === 0 || at === steps.length - 1)) {
      const found = await database.asSuperuser(broken);
      if (Object.keys(found).length > 0) fault = JSON.stringify(found, undefined, 1);
    }
    if (fault !== undefined) return { taken, fault };
  }
  return { taken };
}

/** By kind of step: how many there were, and which of them did something. */
export function shares(taken: readonly Taken[]): string {
  const kinds = [...new Set(taken.map(({ kind }) => kind))].sort();
  return kinds
    .map((kind) => {
      const all = taken.filter((one) => one.kind === kind);
      const counts = groupBy(all);
      const did = counts.get('ok')?.length ?? 0;
      const rest = [...counts]
        .filter(([outcome]) => outcome !== 'ok')
        .map(([outcome, some]) => `${outcome} ${some.length}`);
      return `${String(Math.round((100 * did) / all.length)).padStart(3)} % of ${String(all.length).padStart(4)} ${kind} (${rest.join(', ')})`;
    })
    .join('\n');
}

function groupBy(taken: readonly Taken[]): Map<string, readonly Taken[]> {
  const groups = new Map<string, Taken[]>();
  for (const one of taken) groups.set(one.outcome, [...(groups.get(one.outcome) ?? []), one]);
  return groups;
}

/** What nobody is refused with who meets somebody else: a deadlock, or anything that `walk` would not take either. */
export async function walkAtOnce(
  database: TestDatabase,
  walkers: readonly (readonly Step[])[],
  until: number,
  kinds: readonly Kind[] = AT_ONCE,
): Promise<Walked> {
  const taken: Taken[] = [];
  await Promise.all(
    walkers.map(async (steps) => {
      for (const step of steps) {
        if (Date.now() > until) return;
        const one = await take(database, kinds, step, ['a']);
        if (one) taken.push(one);
      }
    }),
  );
  const faults = taken
    .filter((one) => isUnknown(KINDS, one))
    .map((one) =>
      [one, ...taken.filter((met) => met !== one && met.from < one.to && met.to > one.from)]
        .map(told)
        .join('\n  beside '),
    );
  // Whoever is put out in the middle of what they do ends it.
  const { [BELONGS]: _, ...found } = await database.asSuperuser(broken);
  if (Object.keys(found).length > 0) faults.push(JSON.stringify(found, undefined, 1));
  return faults.length > 0 ? { taken, fault: faults.join('\n') } : { taken };
}

/** Of events, which are kept for less than the forms whose end they tell. */
const OF_EVENTS = 'no end of a form without its record';

/** What no longer holds of what is there when retention has run so many years later, as if nobody had come by meanwhile. Taken back. */
export function yearsLater(database: TestDatabase, years: number): Promise<Broken> {
  return database.asSuperuser(
    async (session) => {
      await session.rows(`select set_config('test.now', (now() + make_interval(years => $1))::text, true)`, [
        years,
      ]);
      await session.rows(`select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`);
      return brokenOf(
        session,
        [...INVARIANTS, ...FILES].filter(({ name }) => name !== OF_EVENTS),
      );
    },
    { rollback: true },
  );
}

/** What is looked at once, when the walk is over: it costs more than a step. */
export async function atTheEnd(database: TestDatabase): Promise<Broken> {
  const found: Record<string, readonly unknown[]> = {};
  const gone = await database.asSuperuser((session) => session.rows<{ user_id: string; id: string }>(GONE));
  for (const { user_id, id } of gone) {
    const who = EVERYBODY.find(({ userId, role }) => userId === user_id && role === 'authenticated');
    if (!who) continue;
    for (const table of ['patients', 'consents', 'organisation_members'])
      if (
        (
          await database.as(who, (session) =>
            session.rows(`select from public.${table} where organisation_id = $1`, [id]),
          )
        ).length > 0
      )
        found['whoever belongs to a clinic no longer sees nothing of it'] = [{ who: who.name, table }];
  }
  const left = await database.asSuperuser((session) => session.rows(LEFT_OUT));
  if (left.length > 0) found['the export of a person contains every row that carries their id'] = left;
  const shutOut = await database.asSuperuser((session) =>
    session.rows<{ patient_id: string; user_id: string; organisation_id: string }>(SHUT_OUT),
  );
  for (const { patient_id, user_id, organisation_id } of shutOut) {
    const who = EVERYBODY.find(({ userId }) => userId === user_id);
    if (!who) continue;
    const seen = await database.as(who, (session) =>
      session.attempt(
        'select id from public.medical_records where organisation_id = $1 and patient_id = $2',
        [organisation_id, patient_id],
      ),
    );
    if (seen.ok && seen.count > 0)
      found['whom a patient shuts out sees nothing of their chart'] = [{ who: who.name, patient_id }];
  }
  return found;
}

/** Who was a member once, and is none now. */
const GONE = `
  select m.user_id, m.organisation_id as id from public.organisation_members as m
  where not exists (select from authz.live_memberships as l where l.organisation_id = m.organisation_id and l.user_id = m.user_id)
  order by 1, 2`;

/** Whoever is shut out of a chart by name: who shuts out nobody by name refuses emergency access to all, and not their care. */
const SHUT_OUT = `
  select distinct r.organisation_id, r.patient_id, m.user_id from public.access_restrictions as r
  join public.organisation_members as m on m.organisation_id = r.organisation_id and m.user_id = r.restricted_user_id
  where r.lifted_at is null and r.archived_at is null and right(r.organisation_id::text, 2) <> 'ff' and m.role in ('doctor', 'nurse')
  order by 1, 2, 3`;

/** Tables that name a patient, and how many rows of one an export has and how many there are. */
const LEFT_OUT = `
  with asked as (
    select p.organisation_id, p.id, s.relation, jsonb_array_length(s.content) as exported from public.patients as p
    cross join lateral governance.subject_rows(p.organisation_id, p.id) as s
    where right(p.organisation_id::text, 2) <> 'ff' and s.content is not null
  )
  select a.*, n.rows from asked as a
  join pg_attribute as t on t.attrelid = a.relation::regclass and t.attname = 'patient_id' and not t.attisdropped
  cross join lateral (
    select (xpath('/row/n/text()', query_to_xml(format(
      'select count(*) as n from %s where organisation_id = %L and patient_id = %L', a.relation, a.organisation_id, a.id), false, true, '')))[1]::text::integer as rows
  ) as n
  where a.exported < n.rows`;
