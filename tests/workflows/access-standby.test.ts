import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { urlOf } from '../../testing/addresses.ts';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import { idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { Session } from '../../testing/session.ts';
import { actAs } from '../support/act-as.ts';
import { type Pair, startPair } from '../support/standby.ts';
import { buildTemplate } from '../support/template.ts';

const DATABASE = 'clinic';
const { doctor, receptionist, patient } = personas;

let pair: Pair | undefined;
const primary = () => (pair as Pair).primary;
const standby = () => (pair as Pair).standby;

beforeAll(async () => {
  pair = await startPair((cluster) => buildTemplate(cluster, DATABASE));
});
afterAll(() => pair?.remove());

/** Acts as somebody on one of the servers, in a transaction that is taken back. */
function as<T>(cluster: Cluster, persona: Persona | undefined, work: (session: Session) => Promise<T>) {
  return withClient(urlOf(cluster.adminUrl(), DATABASE), async (client) => {
    await client.query('begin');
    const session = new Session(client);
    if (persona) await actAs(session, persona);
    await session.rows(`select set_config('request.headers', $1, true)`, [JSON.stringify(FROM_THE_CLINIC)]);
    return await work(session);
  });
}

const count = async (cluster: Cluster, persona: Persona, table: string) =>
  Number(await as(cluster, persona, (session) => session.value(`select count(*) from ${table}`)));

/** Waits until the standby has replayed what the primary has done so far, also what is not on its disk yet: nothing waits for that here. */
async function caughtUp(): Promise<void> {
  const written = await withClient(primary().adminUrl(DATABASE), async (client) => {
    const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_insert_lsn() as lsn');
    return rows[0]?.lsn;
  });
  await withClient(standby().adminUrl(DATABASE), async (client) => {
    for (let tries = 0; tries < 200; tries++) {
      const { rows } = await client.query<{ there: boolean }>(
        'select pg_last_wal_replay_lsn() >= $1::pg_lsn as there',
        [written],
      );
      if (rows[0]?.there) return;
      await sleep(50);
    }
    throw new Error('the standby does not catch up');
  });
}

describe('a standby, where no decision can be written down', () => {
  test('is one: it replays, and takes no write [N-47 +]', async () => {
    const isReplaying = (cluster: Cluster) =>
      as(cluster, undefined, (session) => session.value('select pg_is_in_recovery()'));
    expect([await isReplaying(primary()), await isReplaying(standby())]).toEqual([false, true]);
    const outcome = await as(standby(), doctor, (session) =>
      session.attempt(`update public.patients set full_name = 'changed'`).catch((error) => error.code),
    );
    expect(outcome).toMatchObject({ ok: false, code: '25006' });
  });

  test.each(['patients', 'beds', 'consents'])(
    'shows of %s, of which denials alone are recorded, what the primary shows [N-47 +]',
    async (table) => {
      const shown = await count(primary(), doctor, table);
      expect(shown).toBeGreaterThan(0);
      expect(await count(standby(), doctor, table)).toBe(shown);
    },
  );

  test.each([
    ['patient_identity', 'a doctor', doctor],
    ['medical_records', 'a doctor', doctor],
    ['medical_record_details', 'a doctor', doctor],
    ['medical_records', 'a patient', patient],
  ] as const)(
    'shows nothing of %s, of which each decision is recorded, to %s [N-35 N-47 -]',
    async (table, _, persona) => {
      expect(await count(primary(), persona, table)).toBeGreaterThan(0);
      expect(await count(standby(), persona, table)).toBe(0);
    },
  );

  test('says in the log of the server who is denied what, and why, without a name [N-29 N-47 -, S-39 -]', async () => {
    expect(await count(standby(), receptionist, 'medical_records')).toBe(0);
    const log = readFileSync(standby().logFile, 'utf8');
    expect(log).toMatch(/LOG: {2}cordon\.access: SELECT denied on medical_records, reason role$/m);
    expect(log).not.toContain(String(receptionist.claims.sub));
  });

  test('shows nobody a row without a stamp, and makes none [N-35 -]', async () => {
    const MAKE = `select authz.disclosure_stamp('provider', 'medical_records', 'SELECT') is null as none`;
    const SHOW = `select authz.log_disclosure(null, $1, $2, $3) as shown`;
    const ids = [idOf('organisation', 'a', '01'), idOf('record', 'a', '01'), idOf('patient', 'a', '01')];
    const asked = async (cluster: Cluster) =>
      as(cluster, undefined, async (session) => {
        await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify(doctor.claims),
        ]);
        return [await session.value(MAKE), await session.value(SHOW, ids)];
      });
    expect(await asked(primary())).toEqual([false, false]);
    expect(await asked(standby())).toEqual([true, false]);
  });

  test('explains a decision as the primary does: that changes nothing [N-08 +]', async () => {
    const explained = (cluster: Cluster) =>
      as(cluster, doctor, (session) =>
        session.value(`select public.evaluate_policy('patients', 'SELECT', $1)`, [
          idOf('patient', 'a', '01'),
        ]),
      );
    expect(await explained(standby())).toEqual(await explained(primary()));
    expect(await explained(standby())).toMatchObject({ allowed: true });
  });

  test("is not drained: the slot is the primary's [N-35 -]", async () => {
    const state = await as(standby(), undefined, (session) =>
      session.value(`select audit.drain_access_log() ->> 'state'`),
    );
    expect(state).toBe('standby');
  });

  test('closes to a member as soon as it has replayed that the membership ended [N-16 N-44 -]', async () => {
    expect(await count(standby(), doctor, 'patients')).toBeGreaterThan(0);
    await withClient(primary().adminUrl(DATABASE), (client) =>
      client
        .query(`select set_config('app.pinned_organisation_id', $1, false)`, [
          idOf('organisation', 'a', '01'),
        ])
        .then(() =>
          client.query('update public.organisation_members set is_active = false where user_id = $1', [
            doctor.claims.sub,
          ]),
        ),
    );
    await caughtUp();
    expect(await count(standby(), doctor, 'patients')).toBe(0);
  });
});
