import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const OWN = JSON.stringify(personas.nurse.claims);
/** The doctor's id in a token without the doctor's session, which nobody but the doctor knows. */
const FORGED = JSON.stringify({ ...personas.doctor.claims, session_id: undefined });
const ENDED = JSON.stringify(personas.signedOut.claims);

/** Renames free beds one after the other, and takes on other claims at each of them: policies were asked at the first. */
const rename = (session: Session, claims: Readonly<Record<string, string>>) =>
  session.attempt(
    `update public.beds as b
     set ward = 'Renamed' || left(set_config('request.jwt.claims', $1::jsonb ->> b.label, true), 0)
     where b.label in ('Bed 01', 'Bed 03') and b.organisation_id = $2`,
    [JSON.stringify(claims), CLINIC_A],
  );

describe('claims that change while a statement runs', () => {
  test('control: a statement under one session renames both beds, as who calls [S-16 +]', async () => {
    await database().as(personas.nurse, async (session) => {
      expect(await rename(session, { 'Bed 01': OWN, 'Bed 03': OWN })).toMatchObject({ ok: true, count: 2 });
      expect(
        await session.rows(
          `select distinct updated_by_user_id as by from public.beds where ward = 'Renamed'`,
        ),
      ).toEqual([{ by: personas.nurse.userId }]);
    });
  });

  test.each([
    ['somebody whose session one does not know', { 'Bed 01': OWN, 'Bed 03': FORGED }],
    ['somebody else, and back again', { 'Bed 01': FORGED, 'Bed 03': OWN }],
    ['oneself in a session that has ended', { 'Bed 01': OWN, 'Bed 03': ENDED }],
    ['nobody', { 'Bed 01': OWN, 'Bed 03': '' }],
    ['what is no token', { 'Bed 01': OWN, 'Bed 03': '{' }],
  ])('sign no row as %s: nothing of the statement remains [N-11 N-16 S-16 -]', async (_, claims) => {
    await database().as(personas.nurse, async (session) => {
      const outcome = await rename(session, claims);
      expect(outcome).toMatchObject({ ok: false });
      expect(['42501', 'CD001']).toContain(!outcome.ok && outcome.code);
      expect(await session.rows(`select 1 from public.beds where ward = 'Renamed'`)).toEqual([]);
    });
  });

  test('sign no new row as somebody else either: insert, upsert and merge [N-11 S-16 -]', async () => {
    const other = (label: string) =>
      `'New' || left(set_config('request.jwt.claims', case ${label} when 2 then $2 else $3 end, true), 0)`;
    const values = [CLINIC_A, FORGED, OWN];
    for (const statement of [
      `insert into public.beds (organisation_id, ward, label)
       select $1::uuid, ${other('g')}, 'Label ' || g from generate_series(1, 3) as g`,
      `insert into public.beds (organisation_id, ward, label)
       select $1::uuid, ${other('g')}, 'Label ' || g from generate_series(1, 3) as g
       on conflict (organisation_id, id) do nothing`,
      `merge into public.beds as b using generate_series(1, 3) as g on b.label = 'none'
       when not matched then insert (organisation_id, ward, label) values ($1::uuid, ${other('g')}, 'Label ' || g)`,
    ]) {
      await database().as(personas.nurse, async (session) => {
        expect(await session.attempt(statement, values)).toMatchObject({ ok: false, code: '42501' });
      });
      await database().as(personas.nurse, async (session) => {
        expect(await session.attempt(statement, [CLINIC_A, OWN, OWN])).toMatchObject({ ok: true, count: 3 });
      });
    }
  });

  test('record no attempt on a frozen invoice as somebody else’s [S-35 N-11 -]', async () => {
    const pay = (claims: string) => (session: Session) =>
      session.attempt(
        `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method)
         select $1, $2, $3, 1, 'cash' || left(set_config('request.jwt.claims', $4, true), 0)`,
        [CLINIC_A, idOf('invoice', 'a', '03'), idOf('patient', 'a', '03'), claims],
      );
    expect(await database().as(personas.finance, pay(FORGED))).toMatchObject({ ok: false, code: '42501' });
    expect(await database().as(personas.finance, pay(JSON.stringify(personas.finance.claims)))).toMatchObject(
      { ok: true, count: 0 },
    );
  });
});
