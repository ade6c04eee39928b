import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const [ANA, BRUNO] = [idOf('patient', 'a', '01'), idOf('patient', 'a', '02')];
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const HANDS = [personas.servicePinned, owner];
const REFUSED = { ok: false, code: 'CD014' };

describe('what was recorded of one patient is put on no other, by the server’s key or the owner’s hand', () => {
  test('nor are a record and its details, in one statement, into another chart [S-16 N-37 -, S-16 +]', async () => {
    for (const hand of HANDS) {
      await tellStory(database(), async (as) => {
        const record = idOf('record', 'a', '01');
        const sees = async () =>
          (
            await (
              await as(personas.doctor)
            ).rows('select from public.medical_records where id = $1 and patient_id = $2', [record, ANA])
          ).length;
        expect(await sees(), 'control').toBe(1);
        const put = async (patient: string) =>
          (await as(hand)).attempt(
            `with details as (
               update public.medical_record_details set patient_id = $3 where organisation_id = $1 and id = $2 returning id
             )
             update public.medical_records set patient_id = $3 where organisation_id = $1 and id = $2`,
            [CLINIC_A, record, patient],
          );
        expect(await put(BRUNO), hand.name).toMatchObject(REFUSED);
        expect(await put(ANA), 'control').toMatchObject({ ok: true, count: 1 });
        expect(await sees()).toBe(1);
      });
    }
  });

  test('nor is an invoice, with lines and payments, on another account [S-34 S-16 -, S-34 +]', async () => {
    for (const hand of HANDS) {
      await tellStory(database(), async (as) => {
        const put = async (patient: string) =>
          (await as(hand)).attempt(
            `with lines as (
               update public.invoice_lines set patient_id = $3 where organisation_id = $1 and invoice_id = $2 returning id
             ), payments as (
               update public.payments set patient_id = $3 where organisation_id = $1 and invoice_id = $2 returning id
             )
             update public.invoices set patient_id = $3 where organisation_id = $1 and id = $2`,
            [CLINIC_A, idOf('invoice', 'a', '02'), patient],
          );
        expect(await put(BRUNO), hand.name).toMatchObject(REFUSED);
        expect(await put(ANA), 'control').toMatchObject({ ok: true, count: 1 });
      });
    }
  });

  test.each([
    ['crew_members', 'who drove is who drove'],
    ['professionals', 'a licence is whose it is'],
  ])('nor becomes a row of %s another person’s: %s [S-16 S-18 -, S-16 +]', async (table) => {
    for (const hand of HANDS) {
      await tellStory(database(), async (as) => {
        // One whom nothing names: what is referred to a key would hold.
        const row = idOf('crew', 'a', '95');
        const session = await as(hand);
        const columns = table === 'professionals' ? ['council', 'licence'] : ['duty'];
        await session.rows(
          `insert into public.${table} (organisation_id, id, user_id, ${columns}) values ($1, $2, $3, ${columns.map(() => `'driver'`)})`,
          [CLINIC_A, row, personas.receptionist.userId],
        );
        const give = (user: string | undefined) =>
          session.attempt(`update public.${table} set user_id = $3 where organisation_id = $1 and id = $2`, [
            CLINIC_A,
            row,
            user,
          ]);
        expect(await give(personas.assistant.userId), hand.name).toMatchObject(REFUSED);
        expect(await give(personas.receptionist.userId), 'control').toMatchObject({ ok: true, count: 1 });
      });
    }
  });
});

test('no row of any clinic takes another id, under which nobody would have read it [N-37 S-16 -, S-16 +]', async () => {
  await database().asSuperuser(
    async (session) => {
      const tables = await session.rows<{ name: string }>(
        `select c.relname as name
         from pg_class as c
         join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
         group by c.relname
         having bool_and(c.relname not in ('case_activity_log', 'disclosures', 'signed_form_evidence')) -- append-only
            and bool_or(a.attname = 'organisation_id') and bool_or(a.attname = 'id')
         order by c.relname`,
      );
      expect(tables.length).toBeGreaterThan(35);
      for (const { name } of tables) {
        // One that nothing freezes: a frozen one is 0 rows.
        const [row] = await session.rows<{ ctid: string; tenant: string }>(
          `select ctid::text, organisation_id as tenant from public.${name} as t
           where to_jsonb(t) ->> 'case_id' is null or $1 not in ('invoices', 'invoice_lines', 'payments') limit 1`,
          [name],
        );
        expect(row, `${name} has a row to try`).toBeDefined();
        if (!row) continue;
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [row.tenant]);
        const set = (what: string) =>
          session.attempt(
            `update public.${name} set ${what} where organisation_id = $1 and ctid = $2::tid and $3::uuid is not null`,
            [row.tenant, row.ctid, NOBODY],
          );
        expect(await set('id = $3'), name).toMatchObject(REFUSED);
        expect(await set('id = id'), `control: ${name}`).toMatchObject({ ok: true, count: 1 });
      }
    },
    { rollback: true },
  );
});
