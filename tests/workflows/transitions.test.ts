import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** Who may write the table at all; the owner of the table stands for every path beside the API. */
const WRITERS = {
  provider: personas.clinicAdmin,
  internal_ops: personas.opsAgent,
  system: undefined,
} as const;
type Writer = keyof typeof WRITERS;

interface Workflow {
  readonly table: string;
  readonly row: string;
  readonly writers: readonly Writer[];
  /** The steps as the domain has them, written down a second time. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
  readonly begin: readonly string[];
  /** Steps of one realm alone. */
  readonly only?: Readonly<Record<string, Writer>>;
  /** Steps of every realm but one. */
  readonly not?: Readonly<Record<string, Writer>>;
  /** Steps that follow from another table's row, and that nobody takes by hand. */
  readonly byOther?: readonly string[];
  /** What the step needs beside its status. */
  readonly also?: (to: string) => string;
  readonly prepare?: (from: string) => string;
  readonly insert: string;
}

const BED = idOf('bed', 'a', '01');
const CASE = idOf('case', 'a', '01');
const EMPTY_PACKET =
  '{"pickup": "A", "destination": "B", "pickup_at": null, "mobility": "walking", "priority": "routine"}';
const UNUSED = '00000000-0000-7000-8000-0000000000ff';

const WORKFLOWS: readonly Workflow[] = [
  {
    table: 'beds',
    row: BED,
    writers: ['provider', 'system'],
    begin: ['available', 'closed'],
    steps: {
      available: ['reserved', 'occupied', 'isolated', 'contaminated', 'closed'],
      reserved: ['available', 'occupied', 'closed'],
      occupied: ['cleaning'],
      cleaning: ['available', 'isolated', 'contaminated', 'closed'],
      isolated: ['cleaning'],
      contaminated: ['cleaning', 'closed'],
      closed: ['available', 'cleaning'],
    },
    insert: `(organisation_id, id, ward, label, status) values ('${CLINIC_A}', '${UNUSED}', 'Ward 9', 'X', $1)`,
  },
  {
    table: 'cases',
    row: CASE,
    writers: ['provider', 'internal_ops', 'system'],
    begin: ['new'],
    steps: {
      new: ['triage', 'cancelled'],
      triage: ['active', 'cancelled'],
      active: ['awaiting_transfer', 'cancelled'],
      awaiting_transfer: ['in_transfer', 'cancelled'],
      in_transfer: ['active', 'handed_off', 'cancelled'],
      handed_off: ['closed'],
      closed: ['active'],
      cancelled: [],
    },
    only: { 'closed>active': 'internal_ops' },
    // What was never handed over, its clinic sends on its way.
    not: { 'active>awaiting_transfer': 'internal_ops' },
    // A clinic has no right to the column, and no step that needs it.
    also: (to) => (to === 'active' ? `, reopen_reason = 'new_information'` : ''),
    insert: `(organisation_id, id, number, patient_id, status) values ('${CLINIC_A}', '${UNUSED}', 'X-1', '${idOf('patient', 'a', '01')}', $1)`,
  },
  {
    table: 'admissions',
    row: UNUSED,
    writers: ['provider', 'system'],
    begin: ['planned', 'admitted'],
    steps: { planned: ['admitted', 'cancelled'], admitted: ['discharged'], discharged: [], cancelled: [] },
    also: (to) => (to === 'discharged' ? `, disposition = 'home'` : ''),
    prepare: (from) => `
      insert into public.admissions (organisation_id, id, patient_id, bed_id, patient_status)
      values ('${CLINIC_A}', '${UNUSED}', '${idOf('patient', 'a', '02')}', '${BED}', 'active');
      update public.admissions set disposition = ${from === 'discharged' ? `'home'` : 'null'}, status = '${from}' where organisation_id = '${CLINIC_A}' and id = '${UNUSED}';
      update public.beds set status = '${from === 'admitted' ? 'occupied' : 'available'}' where organisation_id = '${CLINIC_A}' and id = '${BED}';`,
    insert: `(organisation_id, id, patient_id, bed_id, status) values ('${CLINIC_A}', '${UNUSED}', '${idOf('patient', 'a', '02')}', '${BED}', $1)`,
  },
  {
    table: 'transfers',
    row: idOf('transfer', 'a', '01'),
    writers: ['provider', 'internal_ops', 'system'],
    begin: ['requested'],
    steps: {
      requested: ['accepted', 'declined', 'cancelled'],
      accepted: ['dispatched', 'cancelled'],
      declined: [],
      dispatched: ['picked_up', 'cancelled'],
      picked_up: ['delivered'],
      delivered: ['completed'],
      completed: [],
      cancelled: [],
    },
    byOther: ['accepted>dispatched', 'dispatched>picked_up', 'dispatched>cancelled', 'picked_up>delivered'],
    prepare: (from) => `
      update public.transfers set status = '${from}',
        transport_organisation_id = ${['requested', 'accepted', 'declined', 'cancelled'].includes(from) ? 'null' : `'${idOf('organisation', 'c')}'`}
      where organisation_id = '${CLINIC_A}' and id = '${idOf('transfer', 'a', '01')}'`,
    insert: `(organisation_id, id, case_id, patient_id, pickup, destination, status) values ('${CLINIC_A}', '${UNUSED}', '${CASE}', '${idOf('patient', 'a', '01')}', 'A', 'B', $1)`,
  },
  {
    table: 'transfer_jobs',
    row: UNUSED,
    writers: ['provider', 'system'],
    begin: ['dispatched'],
    steps: {
      dispatched: ['picked_up', 'cancelled'],
      picked_up: ['delivered'],
      delivered: [],
      cancelled: [],
    },
    prepare: (from) => `
      insert into public.transfer_jobs (organisation_id, id, origin_organisation_id, transfer_id, packet, expires_at, status)
      values ('${CLINIC_A}', '${UNUSED}', '${CLINIC_A}', '${UNUSED}', '${EMPTY_PACKET}', now() + interval '1 hour', '${from}')`,
    insert: `(organisation_id, id, origin_organisation_id, transfer_id, packet, expires_at, status) values ('${CLINIC_A}', '${UNUSED}', '${CLINIC_A}', '${UNUSED}', '${EMPTY_PACKET}', now() + interval '1 hour', $1)`,
  },
];
const TABLES = WORKFLOWS.map(({ table }) => table);

/** A step that no domain has, for each. */
const WRONG: Readonly<Record<string, readonly [string, string]>> = {
  beds: ['closed', 'occupied'],
  cases: ['closed', 'new'],
  admissions: ['admitted', 'planned'],
  transfers: ['delivered', 'requested'],
  transfer_jobs: ['picked_up', 'cancelled'],
};

/** Runs as one of the writers, in a world where the triggers slept while it was set up. */
function asWriter<T>(
  writer: Writer,
  setUp: string,
  tables: readonly string[],
  ask: (session: Session) => Promise<T>,
) {
  return database().asSuperuser(
    async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      const each = (what: string) =>
        tables.map((table) => `alter table public.${table} ${what} trigger user;`).join('');
      await session.script(`${each('disable')}${setUp};`);
      // As they were: always, not merely enabled.
      await session.script(
        `do $$ declare t record; begin
           for t in select tgrelid::regclass as relation, tgname from pg_trigger where not tgisinternal and tgenabled = 'D' loop
             execute format('alter table %s enable always trigger %I', t.relation, t.tgname);
           end loop; end $$`,
      );
      const persona = WRITERS[writer];
      if (persona) {
        await session.rows(
          `select set_config('request.jwt.claims', $1, true), set_config('request.headers', '{"x-forwarded-for":"192.0.2.10"}', true)`,
          [JSON.stringify(persona.claims)],
        );
        await session.script(`set local role ${persona.role}`);
      }
      return ask(session);
    },
    { rollback: true },
  );
}

const answerOf = (outcome: Outcome) =>
  outcome.ok ? (outcome.count === 1 ? 'done' : `${outcome.count} rows`) : outcome.code;

describe.each(WORKFLOWS)('the workflow of $table', (workflow) => {
  const { table, row, steps, begin, only = {}, not = {}, byOther = [], also = () => '', prepare } = workflow;
  const states = Object.keys(steps);

  test.each(workflow.writers)(
    'takes every step of the domain and no other, from each state to each: %s [S-18 +]',
    async (writer) => {
      const told: Record<string, string> = {};
      const expected: Record<string, string> = {};
      for (const from of states) {
        const setUp =
          prepare?.(from) ??
          `update public.${table} set status = '${from}' where organisation_id = '${CLINIC_A}' and id = '${row}'`;
        await asWriter(writer, setUp, TABLES, async (session) => {
          for (const to of states) {
            const step = `${from}>${to}`;
            const isStep =
              from === to ||
              (steps[from]?.includes(to) && (only[step] ?? writer) === writer && not[step] !== writer);
            // A bed is occupied, and left, by an admission alone.
            const byAdmission = table === 'beds' && from !== to && to === 'occupied';
            expected[step] = !isStep || byOther.includes(step) ? 'CD013' : byAdmission ? 'CD015' : 'done';
            // A clinic has no right to the reason; whoever has gives it, so that the step alone is refused.
            const extra = table === 'cases' && writer === 'provider' ? '' : also(to);
            await session.undone(async () => {
              told[step] = answerOf(
                await session.attempt(
                  `update public.${table} set status = '${to}'${extra} where organisation_id = '${CLINIC_A}' and id = '${row}'`,
                ),
              );
            });
          }
        });
      }
      expect(told).toEqual(expected);
      expect(Object.values(told).filter((answer) => answer === 'done').length).toBeGreaterThanOrEqual(
        states.length,
      );
    },
  );

  test('begins where the domain lets it, and nowhere else [S-18 -]', async () => {
    const told: string[] = [];
    // Where no clinic may insert, the owner can.
    await asWriter(
      table.startsWith('transfer') ? 'system' : 'provider',
      'select 1',
      [table],
      async (session) => {
        for (const state of states) {
          await session.undone(async () => {
            const outcome = await session.attempt(`insert into public.${table} ${workflow.insert}`, [state]);
            if (outcome.ok) told.push(state);
            else expect([state, outcome.code]).toEqual([state, 'CD013']);
          });
        }
      },
    );
    expect(told.sort()).toEqual([...begin].sort());
  });

  test('names from, to and what is allowed, and repeats no word of the client [S-18 S-39 -]', async () => {
    const [from, to] = WRONG[table] as [string, string];
    const setUp =
      prepare?.(from) ??
      `update public.${table} set status = '${from}' where organisation_id = '${CLINIC_A}' and id = '${row}'`;
    await asWriter('system', setUp, TABLES, async (session) => {
      const wrong = await session.attempt(
        `update public.${table} set status = '${to}' where organisation_id = '${CLINIC_A}' and id = '${row}'`,
      );
      expect(wrong).toMatchObject({
        ok: false,
        code: 'CD013',
        message: `${table} cannot go from ${from} to ${to}`,
      });
      const allowed = (steps[from] ?? []).filter((step) => only[`${from}>${step}`] === undefined);
      expect(!wrong.ok && wrong.detail).toBe(
        `Allowed here: ${[...allowed].sort().join(', ') || 'nothing, it is an end'}.`,
      );
      const invented = await session.attempt(
        `update public.${table} set status = 'Ana Souza' where organisation_id = '${CLINIC_A}' and id = '${row}'`,
      );
      expect(invented).toMatchObject({ ok: false, code: 'CD013' });
      expect(JSON.stringify(invented)).not.toContain('Ana');
    });
  });
});

test('a state of another workflow is an unknown one here, and operations are told of the steps that are theirs alone [S-18 -]', async () => {
  const closed = `update public.cases set status = 'closed' where organisation_id = '${CLINIC_A}' and id = '${CASE}'`;
  await asWriter('internal_ops', closed, ['cases'], async (session) => {
    const go = (to: string) =>
      session.attempt(
        `update public.cases set status = '${to}' where organisation_id = '${CLINIC_A}' and id = '${CASE}'`,
      );
    expect(await go('occupied')).toMatchObject({
      code: 'CD013',
      message: 'cases cannot go from closed to an unknown state',
      detail: 'Allowed here: active.',
    });
  });
});

describe('a closed case', () => {
  const setUp = `update public.cases set status = 'closed', handed_off_at = '2026-01-01' where organisation_id = '${CLINIC_A}' and id = '${CASE}'`;
  const reopen = (reason: string) =>
    `update public.cases set status = 'active'${reason} where organisation_id = '${CLINIC_A}' and id = '${CASE}'`;

  test('is reopened by operations with a reason, and not without [S-18 -]', async () => {
    await asWriter('internal_ops', setUp, ['cases'], async (session) => {
      expect(await session.attempt(reopen(''))).toMatchObject({ ok: false, code: 'CD013' });
      expect(await session.attempt(reopen(`, reopen_reason = 'billing'`))).toMatchObject({
        ok: true,
        count: 1,
      });
      expect(
        await session.rows(
          `select event_type, details from public.case_timeline order by occurred_at desc limit 1`,
        ),
      ).toEqual([
        { event_type: 'case.reopened', details: { from: 'closed', to: 'active', reason: 'billing' } },
      ]);
    });
  });

  test('asks anew each time: neither an old reason nor one laid down before opens it again [S-18 -]', async () => {
    const handedOff = `update public.cases set status = 'handed_off', reopen_reason = 'billing' where organisation_id = '${CLINIC_A}' and id = '${CASE}'`;
    await asWriter('internal_ops', handedOff, ['cases'], async (session) => {
      await session.script(
        `update public.cases set status = 'closed' where organisation_id = '${CLINIC_A}' and id = '${CASE}'`,
      );
      await session.script(
        `update public.cases set reopen_reason = 'billing' where organisation_id = '${CLINIC_A}' and id = '${CASE}'`,
      );
      expect(
        await session.value(`select reopen_reason from public.cases where organisation_id = $1 and id = $2`, [
          CLINIC_A,
          CASE,
        ]),
      ).toBe(null);
      expect(await session.attempt(reopen(''))).toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test('that was reopened is handed over all the same: nobody cancels it for good [S-18 S-29 -]', async () => {
    const cancel = `update public.cases set status = 'cancelled' where organisation_id = '${CLINIC_A}' and id = '${CASE}'`;
    const reopened = `${setUp}; ${reopen(`, reopen_reason = 'billing'`)}`;
    for (const realm of ['provider', 'internal_ops', 'system'] as const) {
      await asWriter(realm, reopened, ['cases'], async (session) => {
        expect(await session.attempt(cancel), realm).toMatchObject({ ok: false, code: 'CD013' });
      });
      const never = `update public.cases set status = 'active', handed_off_at = null where organisation_id = '${CLINIC_A}' and id = '${CASE}'`;
      await asWriter(realm, never, ['cases'], async (session) => {
        expect(await session.attempt(cancel), `control: ${realm}`).toMatchObject({ ok: true, count: 1 });
      });
    }
  });

  test('keeps the moment at which it was first handed over, whoever writes [S-16 -]', async () => {
    await asWriter('system', setUp, ['cases'], async (session) => {
      const read = () =>
        session.value<Date>(`select handed_off_at from public.cases where organisation_id = $1 and id = $2`, [
          CLINIC_A,
          CASE,
        ]);
      const before = await read();
      await session.script(
        `update public.cases set handed_off_at = null, priority = 'urgent' where organisation_id = '${CLINIC_A}' and id = '${CASE}'`,
      );
      expect(await read()).toEqual(before);
      expect(before).not.toBe(null);
    });
  });
});
