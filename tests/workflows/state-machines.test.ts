import { describe, expect, test } from 'vitest';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';

/*
 * Which state may follow which, of the workflows whose steps belong to other rules too: money follows payments, signatures
 * follow their evidence. Here the trigger that guards the steps is alone on its table: no other trigger, no CHECK, no right
 * stands in its way or does its work. Those of transitions.test.ts are asked with everything in place.
 */

const database = useDatabase();

const REALMS = {
  provider: personas.clinicAdmin,
  patient: personas.patient,
  internal_ops: personas.opsAgent,
  system: undefined,
} as const;
type Realm = keyof typeof REALMS;

/** The steps as the domain has them, written down a second time: from each state, with the one in which a row begins first. */
const MACHINES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  invoices: {
    draft: ['issued', 'void'],
    issued: ['partially_paid', 'paid', 'void'],
    partially_paid: ['issued', 'paid'],
    paid: ['issued', 'partially_paid'],
    void: [],
  },
  guarantees_of_payment: {
    requested: ['granted', 'declined'],
    granted: ['revoked'],
    declined: [],
    revoked: [],
  },
  claims: {
    draft: ['submitted'],
    submitted: ['accepted', 'rejected'],
    rejected: ['submitted'],
    accepted: ['paid'],
    paid: [],
  },
  signed_forms: { draft: ['active'], active: ['terminated'], terminated: [] },
  documents: {
    pending: ['uploaded', 'withdrawn'],
    uploaded: ['active', 'rejected', 'withdrawn'],
    active: ['frozen', 'rejected', 'withdrawn'],
    frozen: ['active', 'rejected', 'withdrawn'],
    rejected: [],
    withdrawn: [],
  },
  subject_requests: {
    received: ['in_progress', 'completed', 'refused'],
    in_progress: ['completed', 'refused'],
    completed: [],
    refused: [],
  },
  security_incidents: {
    open: ['notified', 'dismissed'],
    dismissed: ['open'],
    notified: ['closed'],
    closed: [],
  },
};

/** Takes everything off a table but the trigger of its steps, and lets everybody write. */
async function strip(session: Session, table: string): Promise<void> {
  const statements = await session.rows<{ sql: string }>(
    `select format('alter table public.%I drop constraint %I cascade', $1::text, conname) as sql
     from pg_constraint where conrelid = to_regclass('public.' || $1) and contype in ('c', 'u')
     union all
     select format('drop index public.%I cascade', c.relname)
     from pg_index as i join pg_class as c on c.oid = i.indexrelid
     where i.indrelid = to_regclass('public.' || $1) and i.indisunique and not i.indisprimary
       and not exists (select from pg_constraint as k where k.conindid = i.indexrelid)`,
    [table],
  );
  for (const { sql } of statements) await session.script(sql);
  await session.script(`
    alter table public.${table} disable trigger user;
    alter table public.${table} no force row level security, disable row level security;
    grant select, insert, update on public.${table} to public`);
}

const wake = (session: Session, table: string) =>
  session.script(`alter table public.${table} enable always trigger _200_transition`);

/** What the trigger said; what comes behind it, the key of the row above all, was let through. */
function answerOf(outcome: Outcome, step: string): 'let through' | 'refused' {
  if (outcome.ok || outcome.code.startsWith('23')) return 'let through';
  expect([step, outcome.code, outcome.message]).toEqual([
    step,
    'CD013',
    expect.stringMatching(/ cannot go from /),
  ]);
  return 'refused';
}

/** Begins as superuser with the table stripped; `work` goes on as somebody of the realm where it says so. */
const onStripped = <T>(table: string, work: (session: Session, id: string) => Promise<T>) =>
  database().asSuperuser(
    async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await strip(session, table);
      const id = await session.value<string>(
        `select id from public.${table} where organisation_id = $1 order by id limit 1`,
        [CLINIC_A],
      );
      if (!id) throw new Error(`the seed has no row of ${table}`);
      return work(session, id);
    },
    { rollback: true },
  );

const become = async (session: Session, realm: Realm) => {
  const persona = REALMS[realm];
  if (persona) await actAs(session, persona);
};

describe.each(Object.entries(MACHINES))('the states of %s', (table, steps) => {
  const states = Object.keys(steps);

  test.each(Object.keys(REALMS) as Realm[])(
    'follow each other as the domain says, from each to each: %s [S-18 +, S-18 -]',
    async (realm) => {
      const told: Record<string, string> = {};
      const expected: Record<string, string> = {};
      for (const from of states) {
        await onStripped(table, async (session, id) => {
          await session.rows(
            `update public.${table} set status = $1 where organisation_id = $2 and id = $3`,
            [from, CLINIC_A, id],
          );
          await wake(session, table);
          await become(session, realm);
          for (const to of states) {
            const step = `${from} > ${to}`;
            expected[step] = from === to || steps[from]?.includes(to) ? 'let through' : 'refused';
            const outcome = await session.undone(() =>
              session.attempt(
                `update public.${table} set status = $1 where organisation_id = $2 and id = $3`,
                [to, CLINIC_A, id],
              ),
            );
            if (outcome.ok) expect([step, outcome.count]).toEqual([step, 1]);
            told[step] = answerOf(outcome, step);
          }
        });
      }
      expect(told).toEqual(expected);
    },
  );

  test.each(Object.keys(REALMS) as Realm[])(
    'begin where the domain says, and nowhere else: %s [S-18 +, S-18 -]',
    async (realm) => {
      const begun = await onStripped(table, async (session, id) => {
        const columns = await session.value<string>(
          `select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
         where attrelid = to_regclass('public.' || $1) and attnum > 0 and not attisdropped and attgenerated = ''`,
          [table],
        );
        await wake(session, table);
        await become(session, realm);
        const open: string[] = [];
        for (const state of states) {
          const outcome = await session.undone(() =>
            session.attempt(
              `insert into public.${table} (${columns})
             select ${columns?.replace(/\bstatus\b/, '$1')} from public.${table} where organisation_id = $2 and id = $3`,
              [state, CLINIC_A, id],
            ),
          );
          if (answerOf(outcome, `> ${state}`) === 'let through') open.push(state);
        }
        return open;
      });
      expect(begun).toEqual([states[0]]);
    },
  );
});

test('every workflow of the database is asked, here or with everything in place [S-18 -]', async () => {
  const kept = await database().asSuperuser((session) =>
    session.rows<{ name: string; steps: string }>(
      `select table_name as name, count(*)::text as steps from authz.state_transitions where from_state is not null group by 1 order by 1`,
    ),
  );
  const here = Object.entries(MACHINES).map(([name, steps]) => ({
    name,
    steps: String(Object.values(steps).flat().length),
  }));
  const elsewhere = ['admissions', 'beds', 'cases', 'transfer_jobs', 'transfers'];
  expect(kept.filter(({ name }) => !elsewhere.includes(name))).toEqual(
    here.sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
});
