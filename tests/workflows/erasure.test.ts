import { describe, expect, test } from 'vitest';
import { CLINIC_A, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, asked, clock, erase, LATER, owner, plan, REQUEST, reportOf } from '../support/erasure.ts';
import { type Become, tellStory } from '../support/story.ts';
import { ASKED, accepted, COMPANY, DRIVEN, dispatch } from '../support/transfers.ts';
import { sometimeIn } from '../support/years.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const identity = `select p.full_name, p.mrn, i.phone, i.email, i.birth_date is not null as has_birth_date
  from public.patients as p left join public.patient_identity as i using (organisation_id, id) where p.organisation_id = $1 and p.id = $2`;

describe('erasure while the chart must be kept', () => {
  test('destroys what no law keeps, and says of the rest which law and until when [N-49 +]', async () => {
    await story(async (as) => {
      const report = reportOf(await erase(await asked(as)));
      expect(report.destroyed.map(({ table, column }) => `${table}.${column}`)).toEqual(
        expect.arrayContaining(['public.patient_identity.phone', 'public.patient_identity.email']),
      );
      const stays = report.kept.map(({ table }) => table);
      expect(stays, 'whoever reads what is kept').toContain('public.patient_accounts');
      expect(stays, 'and signs in for it').not.toContain('auth.users');
      const read = await (await as(personas.patient)).attempt('select id from public.medical_records');
      expect(read.ok && read.rows).not.toEqual([]);
      expect(
        await (await as(personas.patient)).attempt('select public.export_subject($1)', [ANA]),
      ).toMatchObject({ ok: true });
      const chart = report.kept.find(({ table }) => table === 'public.medical_records');
      expect(chart).toMatchObject({
        basis: expect.stringContaining('13.787'),
        until: expect.stringMatching(sometimeIn(20)),
      });
      expect([...report.kept, ...report.destroyed].every(({ basis }) => basis.length >= 10)).toBe(true);
      const session = await owner(as);
      expect(await session.rows(identity, [CLINIC_A, ANA])).toEqual([
        { full_name: 'Ana Souza', mrn: 'MRN-0001', phone: null, email: null, has_birth_date: true },
      ]);
      expect(
        await session.value('select count(*)::integer from public.medical_records where patient_id = $1', [
          ANA,
        ]),
      ).toBeGreaterThan(0);
      expect(await session.value('select status from public.subject_requests where id = $1', [REQUEST])).toBe(
        'completed',
      );
    });
  });
});

describe('an erasure', () => {
  test('completes the request that asked for it, and leaves every other open [N-49 +, N-49 -]', async () => {
    await story(async (as) => {
      const officer = await asked(as);
      const others = `select id from public.subject_requests where organisation_id = $1 and id <> $2 and status not in ('completed', 'refused') order by id`;
      const before = await officer.rows(others, [CLINIC_A, REQUEST]);
      expect(before, 'others are open').not.toEqual([]);
      reportOf(await erase(officer));
      expect(await officer.rows(others, [CLINIC_A, REQUEST])).toEqual(before);
      expect(await officer.value('select status from public.subject_requests where id = $1', [REQUEST])).toBe(
        'completed',
      );
    });
  });
});

describe('erasure when its time is over', () => {
  test('destroys the link from id to person and the chart, and leaves logs whole [N-49 +]', async () => {
    await story(async (as) => {
      await asked(as);
      let session = await owner(as);
      const logged = () =>
        session.rows(
          `select id, details, actor_user_id from public.case_activity_log where organisation_id = $1 order by id`,
          [CLINIC_A],
        );
      const log = await logged();
      const others = () =>
        session.rows(
          `select (select count(*) from public.patients where full_name <> 'erased') as patients, (select count(*) from public.medical_records where patient_id <> $1) as records,
             (select count(*) from public.consents where patient_id <> $1) as consents, (select count(*) from public.invoices where patient_id <> $1) as invoices,
             (select string_agg(display_name, ',' order by user_id) from public.profiles where user_id <> $2) as names`,
          [ANA, personas.patient.userId],
        );
      const [before] = await others();
      const officer = await as(personas.privacyOfficer);
      await clock(officer, LATER);
      const report = reportOf(await erase(officer));
      session = await owner(as);
      expect(await session.rows(identity, [CLINIC_A, ANA])).toEqual([
        { full_name: 'erased', mrn: ANA, phone: null, email: null, has_birth_date: false },
      ]);
      for (const table of [
        'medical_records',
        'medical_record_details',
        'appointments',
        'consents',
        'signed_forms',
        'signed_form_evidence',
        'invoices',
        'payments',
        'patient_accounts',
      ]) {
        expect(
          await session.value(
            `select count(*)::integer from public.${table} where organisation_id = $1 and patient_id = $2`,
            [CLINIC_A, ANA],
          ),
          table,
        ).toBe(0);
      }
      expect(await logged(), 'the log is whole').toEqual(log);
      const [after] = await others();
      expect(after, 'nobody else lost anything').toEqual({
        ...before,
        patients: String(Number(before?.patients) - 1),
      });
      expect(report.kept.map(({ table }) => table)).toEqual(
        expect.arrayContaining(['public.patients', 'public.case_activity_log', 'auth.users']),
      );
      expect(
        await session.value('select display_name from public.profiles where user_id = $1', [
          personas.patient.userId,
        ]),
        'a login that is hers alone',
      ).toBe('erased');
      // Nothing that named her stands anywhere in the tenant.
      const tables = await session.rows<{ name: string }>(
        `select format('%I.%I', n.nspname, c.relname) as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname in ('public', 'governance', 'audit')
           and exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'organisation_id')`,
      );
      expect(tables.length).toBeGreaterThan(30);
      for (const { name } of tables) {
        const found = await session.value(
          `select count(*)::integer from ${name} as t where organisation_id = $1 and to_jsonb(t)::text ~ 'Ana Souza|patient-01@a|555 0101'`,
          [CLINIC_A],
        );
        expect(found, name).toBe(0);
      }
    });
  });

  test('leaves every guard as it was: what is append-only still is [N-49 S-20 -]', async () => {
    await story(async (as) => {
      await asked(as);
      let session = await owner(as);
      const guards = () =>
        session.rows(
          `select tgrelid::regclass::text as on, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`,
        );
      const before = await guards();
      const officer = await as(personas.privacyOfficer);
      await clock(officer, LATER);
      expect(reportOf(await erase(officer)).destroyed.map(({ table }) => table)).toContain(
        'public.signed_form_evidence',
      );
      session = await owner(as);
      expect(await guards()).toEqual(before);
      expect(await session.attempt('delete from public.signed_form_evidence')).toMatchObject({
        ok: false,
        code: 'CD014',
      });
    });
  });
});

describe('a login', () => {
  test('keeps its name where it was but proposed as the patient’s; one that was confirmed is erased with the chart [N-49 -, N-49 +]', async () => {
    await story(async (as) => {
      let session = await owner(as);
      await session.rows(`update public.profiles set display_name = 'Zoe Stranger' where user_id = $1`, [
        personas.stranger.userId,
      ]);
      const reception = await as(personas.receptionist);
      await reception.rows(
        `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, 'self')`,
        [CLINIC_A, NOBODY, personas.stranger.userId, ANA],
      );
      const officer = await asked(as);
      await clock(officer, LATER);
      const report = reportOf(await erase(officer));
      expect(report.kept.find(({ table }) => table === 'auth.users')?.rows, 'Ana’s own').toBe(1);
      session = await owner(as);
      const nameOf = (user: string | undefined) =>
        session.value('select display_name from public.profiles where user_id = $1', [user]);
      expect(await nameOf(personas.stranger.userId)).toBe('Zoe Stranger');
      expect(await nameOf(personas.patient.userId)).toBe('erased');
    });
  });
});

describe('where a patient was fetched and brought', () => {
  test('is erased from their transfers and from the jobs of companies, whatever their state, and from nobody else’s [N-24 N-49 +, N-49 -]', async () => {
    await story(async (as) => {
      const nurse = await accepted(as, false);
      await nurse.rows(
        `update public.transfers set pickup = 'Ana Souza, Rua Alfa 12', destination = 'ward 3, call 555 0101' where id = $1`,
        [ASKED],
      );
      expect(await dispatch(nurse, ASKED, COMPANY)).toMatchObject({ ok: true });
      let session = await owner(as);
      const others = () =>
        session.rows(
          `select t.id, t.pickup, t.destination, j.packet from public.transfers as t
           left join public.transfer_jobs as j on j.origin_organisation_id = t.organisation_id and j.transfer_id = t.id
           where t.organisation_id <> $1 or t.patient_id <> $2 order by t.organisation_id, t.id, j.organisation_id`,
          [CLINIC_A, ANA],
        );
      const before = await others();
      expect(
        before.some(({ packet }) => packet !== null),
        'others were driven',
      ).toBe(true);
      const report = reportOf(await erase(await asked(as)));
      expect(report.destroyed.map(({ table, column }) => `${table}.${column}`)).toEqual(
        expect.arrayContaining([
          'public.transfers.pickup',
          'public.transfers.destination',
          'public.transfer_jobs.packet',
        ]),
      );
      session = await owner(as);
      expect(
        await session.rows(
          `select distinct t.pickup, t.destination, j.packet ->> 'pickup' as told_pickup, j.packet ->> 'destination' as told_destination
           from public.transfers as t
           left join public.transfer_jobs as j on j.organisation_id = t.transport_organisation_id
             and j.origin_organisation_id = t.organisation_id and j.transfer_id = t.id
           where t.organisation_id = $1 and t.patient_id = $2 and t.id = $3`,
          [CLINIC_A, ANA, ASKED],
        ),
      ).toEqual([
        { pickup: 'erased', destination: 'erased', told_pickup: 'erased', told_destination: 'erased' },
      ]);
      expect(
        await session.value(
          `select count(*)::integer from public.transfer_jobs where packet::text ~ 'Ana Souza|555 0101'`,
        ),
      ).toBe(0);
      expect(await others()).toEqual(before);
    });
  });

  test('is forgotten by erasure alone: whoever steers a transfer under way says neither that nor anything else [N-49 S-18 -]', async () => {
    await story(async (as) => {
      for (const place of ['erased', 'Elsewhere']) {
        expect(
          await (await as(personas.clinicAdmin)).attempt(
            'update public.transfers set destination = $2 where id = $1',
            [DRIVEN, place],
          ),
        ).toMatchObject({ ok: false, code: 'CD013' });
      }
      expect(
        await (await as(personas.clinicAdmin)).attempt(
          `update public.transfers set destination = 'Elsewhere' where id = $1`,
          [ASKED],
        ),
        'control: one that waits',
      ).toMatchObject({ ok: true, count: 1 });
    });
  });
});

describe('tombstones', () => {
  test('say what was erased, when, by whom and under which request, and nothing of what it was [N-49 +]', async () => {
    await story(async (as) => {
      const officer = await asked(as);
      await clock(officer, LATER);
      const report = reportOf(await erase(officer));
      const session = await owner(as);
      const stones = await session.rows<Record<string, unknown>>(
        'select * from governance.tombstones where cause_id = $1 order by destroyed_at, id',
        [REQUEST],
      );
      const closing = stones.filter(({ relation }) => relation === 'governance.tombstones');
      expect(closing).toMatchObject([{ row_count: String(stones.length - 1), record_keys: null }]);
      expect(stones.at(-1), 'the last one is over the others').toEqual(closing[0]);
      expect(
        stones
          .filter((stone) => stone !== closing[0])
          .map(({ relation, column_name, row_count }) => [relation, column_name ?? '*', Number(row_count)])
          .sort(),
      ).toEqual(report.destroyed.map(({ table, column, rows }) => [table, column, rows]).sort());
      expect(
        stones.every(
          ({ cause, destroyed_by, organisation_id }) =>
            cause === 'erasure' &&
            destroyed_by === personas.privacyOfficer.userId &&
            organisation_id === CLINIC_A,
        ),
      ).toBe(true);
      expect(JSON.stringify(stones)).not.toMatch(/Ana|555 01|@a\.example/);
      const evidence = stones.find(({ relation }) => relation === 'public.signed_form_evidence');
      expect(evidence?.record_keys, 'of a sealed table, which rows').toEqual([
        expect.stringContaining(CLINIC_A),
      ]);
      const sealed = await session.rows<{ relation: string }>(
        'select audit.sealed_tables()::text as relation',
      );
      const isTold = (stone: Record<string, unknown>) =>
        stone.column_name === null &&
        stone !== closing[0] &&
        sealed.some(({ relation }) => relation === stone.relation);
      expect(stones.some((stone) => !isTold(stone))).toBe(true);
      for (const stone of stones)
        expect(stone.record_keys !== null, `${stone.relation} ${stone.column_name}`).toBe(isTold(stone));
      for (const statement of [
        'delete from governance.tombstones',
        `update governance.tombstones set destroyed_by = 'x'`,
        'truncate governance.tombstones',
      ]) {
        expect(await session.attempt(statement)).toMatchObject({ ok: false, code: 'CD014' });
      }
    });
  });
});

describe('plan_erasure', () => {
  test('tells exactly what erase_subject then does, and changes nothing [N-49 +]', async () => {
    await story(async (as) => {
      let officer = await asked(as);
      await clock(officer, LATER);
      const planned = reportOf(await plan(officer));
      const session = await owner(as);
      expect(
        await session.value('select full_name from public.patients where organisation_id = $1 and id = $2', [
          CLINIC_A,
          ANA,
        ]),
      ).toBe('Ana Souza');
      expect(
        await session.value(`select count(*)::integer from governance.tombstones where cause = 'erasure'`),
      ).toBe(0);
      officer = await as(personas.privacyOfficer);
      await clock(officer, LATER);
      expect(reportOf(await erase(officer))).toEqual(planned);
    });
  });
});

describe('what is decided', () => {
  test('is decided before anything goes: a consent counts from the chart’s last entry, which goes itself [N-49 -]', async () => {
    await story(async (as) => {
      const session = await owner(as);
      await session.script('reset role');
      // Of all that is kept with a chart, the records alone are of this century.
      const old = await session.rows<{ name: string; condition: string }>(
        `select g.relation as name, replace(replace(g.condition, '$1', '''${CLINIC_A}'''), '$2', '''${ANA}''') as condition
         from governance.subject_graph() as g join governance.classification as c on c.schema_name || '.' || c.table_name = g.relation
         where c.retention in ('chart', 'consent') and g.relation not like 'public.medical_record%'`,
      );
      expect(old.length).toBeGreaterThan(8);
      for (const { name, condition } of old) {
        await session.script(`alter table ${name} disable trigger user`);
        await session.rows(`update ${name} as t set created_at = '1990-01-01' where ${condition}`);
        await session.script(`alter table ${name} enable trigger user`);
      }
      await session.rows(
        `insert into public.retention_extensions (organisation_id, retention, keep_months, reason) values ($1, 'consent', 480, 'A contract with an insurer.')`,
        [CLINIC_A],
      );
      const officer = await asked(as);
      await clock(officer, LATER);
      const report = reportOf(await erase(officer));
      expect(report.destroyed.map(({ table }) => table)).toContain('public.medical_records');
      expect(report.kept.find(({ table }) => table === 'public.consents')).toMatchObject({
        until: expect.stringMatching(sometimeIn(40)),
      });
    });
  });
});
