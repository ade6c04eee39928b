import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** Of no session: whoever puts it on is nobody for a moment, and was taken for the system. */
const dead = ({ userId }: Persona) =>
  JSON.stringify({ sub: userId, role: 'authenticated', session_id: '00000000-0000-7000-8000-00000000dead' });
const own = ({ claims }: Persona) => JSON.stringify(claims);
const PATIENT = idOf('patient', 'a', '01');
const NEW_ROW = 'a7000000-0000-7000-8000-0000000000aa';
const code = (outcome: Awaited<ReturnType<Session['attempt']>>) => (outcome.ok ? 'ok' : outcome.code);

describe('who is nobody for a moment, between what the policy asks and what the statement verifies', () => {
  const propose = (session: Session, inBetween: string) =>
    session.attempt(
      `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship)
       select $1, v.id, $2, $3, case when set_config('request.jwt.claims', v.claims, true) is not null then 'proxy' end
       from (values ((select a.id from public.patient_accounts as a where a.organisation_id = $1 limit 1), $4), ($5::uuid, $6)) as v (id, claims)
       on conflict do nothing
       returning confirmed_at, set_config('request.jwt.claims', $4, true) is not null as restored`,
      [CLINIC_A, personas.stranger.userId, PATIENT, own(personas.receptionist), NEW_ROW, inBetween],
    );

  test('control: reception proposes a portal account, which waits for a second member [N-15 +]', async () => {
    await database().as(personas.receptionist, async (session) => {
      expect(await propose(session, own(personas.receptionist))).toMatchObject({ ok: true, count: 1 });
      expect(
        await session.rows('select confirmed_at from public.patient_accounts where id = $1', [NEW_ROW]),
      ).toEqual([{ confirmed_at: null }]);
    });
  });

  test('opens no portal account alone [N-15 N-16 S-16 -]', async () => {
    await database().as(personas.receptionist, async (session) => {
      expect(code(await propose(session, dead(personas.receptionist)))).toBe('42501');
    });
  });

  test('confirms no portal account of their own [N-15 -]', async () => {
    await database().as(personas.clinicAdmin, async (session) => {
      await session.rows(
        `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, 'proxy')`,
        [CLINIC_A, NEW_ROW, personas.stranger.userId, PATIENT],
      );
      const confirm = (claims: string) =>
        session.attempt(
          `update public.patient_accounts
           set confirmed_at = case when set_config('request.jwt.claims', $2, true) is not null then now() end
           where id = $1
           returning set_config('request.jwt.claims', $3, true)`,
          [NEW_ROW, claims, own(personas.clinicAdmin)],
        );
      expect(code(await confirm(dead(personas.clinicAdmin)))).toBe('42501');
      expect(code(await confirm(own(personas.clinicAdmin)))).toBe('CD008');
    });
  });

  test('makes nobody a member who has not agreed [N-22 -]', async () => {
    const enrol = (session: Session, claims: string) =>
      session.attempt(
        `insert into public.organisation_members (organisation_id, user_id, role)
         select $1, v.user_id, case when set_config('request.jwt.claims', v.claims, true) is not null then 'doctor' end
         from (values ($2::uuid, $5), ($3::uuid, $4)) as v (user_id, claims)
         on conflict do nothing
         returning accepted_at, set_config('request.jwt.claims', $5, true) is not null as restored`,
        [CLINIC_A, personas.doctor.userId, personas.doctorOfB.userId, claims, own(personas.clinicAdmin)],
      );
    await database().as(personas.clinicAdmin, async (session) => {
      expect(code(await enrol(session, dead(personas.clinicAdmin)))).toBe('42501');
      expect(await enrol(session, own(personas.clinicAdmin)), 'control').toMatchObject({
        ok: true,
        rows: [{ accepted_at: null, restored: true }],
      });
    });
  });
});

describe('who puts off their role in mid-statement', () => {
  const withoutRole = (value: string, role: string) =>
    `'${value}' || left(set_config('role', '${role}', true), 0)`;
  const pay = (invoice: string, method = "'cash'") =>
    `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method)
     values ('${CLINIC_B}', '${invoice}', '${idOf('patient', 'b', '02')}', 1, ${method})`;
  const INVOICES = [
    idOf('invoice', 'b', '01'),
    idOf('invoice', 'b', '02'),
    idOf('invoice', 'b', '03'),
    'b9300000-0000-7000-8000-00000000dead',
  ];

  test.each(['anon', 'none', 'patient', 'internal_ops'])(
    'as %s learns of no invoice of another clinic, and writes nothing there [S-04 S-34 -]',
    async (role) => {
      for (const invoice of INVOICES) {
        const outcome = await database().as(personas.finance, (session) =>
          session.attempt(pay(invoice, withoutRole('cash', role))),
        );
        expect(code(outcome), invoice).toBe('42501');
      }
    },
  );

  test('supersedes no record that they may not read, and learns of none [N-01 -]', async () => {
    const [hidden] = await database().as(personas.doctor, (session) =>
      session.rows<{ id: string; patient_id: string }>(
        `select id, patient_id from public.medical_records where is_segmented and organisation_id = $1 limit 1`,
        [CLINIC_A],
      ),
    );
    const supersede = (id: string, type: string) =>
      database().as(personas.nurse, (session) =>
        session.attempt(
          `insert into public.medical_records (organisation_id, patient_id, record_type, vitals, supersedes_id)
           values ('${CLINIC_A}', $1, ${type}, '{}', $2)`,
          [hidden?.patient_id, id],
        ),
      );
    for (const id of [hidden?.id ?? '', 'ab000000-0000-7000-8000-00000000dead']) {
      expect(code(await supersede(id, "'observation'")), id).toBe('23503');
      for (const role of ['anon', 'none', 'patient', 'internal_ops'])
        expect(code(await supersede(id, withoutRole('observation', role))), `${role} ${id}`).toBe('23503');
    }
  });

  test('relies on no other legal basis than consent [N-45 -]', async () => {
    const rely = (status: string) =>
      database().as(personas.doctor, (session) =>
        session.attempt(
          `insert into public.consents (organisation_id, patient_id, purpose, legal_basis, status)
           values ($1, $2, 'treatment', 'health_protection', ${status})`,
          [CLINIC_A, idOf('patient', 'a', '02')],
        ),
      );
    expect(code(await rely("'proposed'"))).toBe('CD005');
    for (const role of ['anon', 'none'])
      expect(code(await rely(withoutRole('proposed', role))), role).toBe('CD005');
  });

  test('is recorded as a caller all the same [S-18 -]', async () => {
    for (const role of ['anon', 'none', 'patient']) {
      const events = await database().as(personas.nurse, async (session) => {
        await session.rows(
          `update public.cases set priority = ${withoutRole('critical', role)} where organisation_id = $1 and id = $2`,
          [CLINIC_A, idOf('case', 'a', '01')],
        );
        await session.script('set local role authenticated');
        return session.rows(
          `select actor_user_id, actor_realm from public.case_activity_log where case_id = $1 and event_type = 'case.priority_changed'
           order by occurred_at desc limit 1`,
          [idOf('case', 'a', '01')],
        );
      });
      expect(events, role).toEqual([{ actor_user_id: personas.nurse.userId, actor_realm: 'provider' }]);
    }
  });
});

describe('who changes claims between a row and its record, by a trigger of their own', () => {
  const HOOK = `
    create temporary table hook (claims text, back text);
    create function pg_temp.put_on() returns trigger language plpgsql as $$ begin perform set_config('request.jwt.claims', new.claims, true); return new; end $$;
    create function pg_temp.put_back() returns trigger language plpgsql as $$ begin perform set_config('request.jwt.claims', new.back, true); return null; end $$;
    create trigger put_on before insert on hook for each row execute function pg_temp.put_on();
    create trigger put_back after insert on hook for each row execute function pg_temp.put_back();`;

  test('is named in the activity log as who is stamped on the row [S-18 N-16 -]', async () => {
    const events = await database().as(personas.nurse, async (session) => {
      await session.script(HOOK);
      await session.rows(
        `with changed as (
           update public.cases set priority = 'critical' where organisation_id = $1 and id = $2 returning id
         ) insert into hook select $3, $4 from changed`,
        [
          CLINIC_A,
          idOf('case', 'a', '01'),
          JSON.stringify({ sub: personas.doctor.userId, role: 'authenticated' }),
          own(personas.nurse),
        ],
      );
      return session.rows(
        `select actor_user_id from public.case_activity_log where case_id = $1 and event_type = 'case.priority_changed'
         order by occurred_at desc limit 1`,
        [idOf('case', 'a', '01')],
      );
    });
    expect(events).toEqual([{ actor_user_id: personas.nurse.userId }]);
  });

  test('leaves no security event without its actor [N-37 -]', async () => {
    const grant = (session: Session, claims: string) =>
      session.attempt(
        `with changed as (
           update public.organisation_members set capabilities = '{privacy_officer}'
           where organisation_id = $1 and user_id = $2 returning id
         ) insert into hook select $3, $4 from changed`,
        [CLINIC_A, personas.nurse.userId, claims, own(personas.clinicAdmin)],
      );
    await database().as(personas.clinicAdmin, async (session) => {
      await session.script(HOOK);
      for (const claims of ['', dead(personas.clinicAdmin)])
        expect(code(await grant(session, claims))).toBe('42501');
      expect(await grant(session, own(personas.clinicAdmin)), 'control').toMatchObject({ ok: true });
    });
  });
});

test('who puts on other claims between the decision and the first row is shown nothing in their name [N-35 N-47 -]', async () => {
  const read = (session: Session, claims: string) =>
    session.attempt(
      `select r.id, r.vitals
       from (
         select v.patient_id, case when v.n = 2 then set_config('request.jwt.claims', $1, true) end as claims
         from (values (1, $2::uuid), (2, $3::uuid)) as v (n, patient_id) offset 0
       ) as v
       cross join lateral (
         select m.id, m.vitals from public.medical_records as m
         where m.patient_id = v.patient_id and v.claims is distinct from '' offset 0
       ) as r`,
      [claims, idOf('patient', 'a', '02'), PATIENT],
    );
  for (const [claims, answer] of [
    [own(personas.breakGlass), 'ok'],
    [JSON.stringify({ sub: personas.patient.userId, role: 'authenticated' }), '42501'],
    [dead(personas.breakGlass), '42501'],
  ] as const) {
    const outcome = await database().as(personas.breakGlass, async (session) => {
      await session.script(
        'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_material = off; set local enable_memoize = off',
      );
      return read(session, claims);
    });
    expect(code(outcome), claims).toBe(answer);
    if (outcome.ok) expect(outcome.count).toBeGreaterThan(0);
  }
});

describe('who is of operations, and no agent of theirs', () => {
  test.each([personas.formerOperator, personas.opsAdmin, personas.opsAuditor] as Persona[])(
    '$name is told the same of every invoice and case, and leaves no trace in a clinic [S-04 S-29 S-34 -]',
    async (persona) => {
      const invoices = ['01', '02', '03', '99'].map((number) => idOf('invoice', 'b', number));
      const cases = ['01', '03', '99'].map((number) => idOf('case', 'b', number));
      const answers = await Promise.all(
        [
          ...invoices.map((invoice) => [
            `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ($1, $2, $3, 1, 'cash')`,
            invoice,
          ]),
          ...cases.map((each) => [
            `insert into public.guarantees_of_payment (organisation_id, case_id, patient_id, payer, currency, limit_minor) values ($1, $2, $3, 'P', 'EUR', 1)`,
            each,
          ]),
        ].map(([sql, id]) =>
          database().as(persona, (session) =>
            session.attempt(sql as string, [CLINIC_B, id, idOf('patient', 'b', '03')]),
          ),
        ),
      );
      expect(answers.map(code)).toEqual(answers.map(() => '42501'));
    },
  );

  test('control: an agent of operations vouches for a case that was handed over, and for no other [S-29 +, S-29 -]', async () => {
    const vouch = (number: string, patient: string) =>
      database().as(personas.opsAgent, (session) =>
        session.attempt(
          `insert into public.guarantees_of_payment (organisation_id, case_id, patient_id, payer, currency, limit_minor) values ($1, $2, $3, 'P', 'EUR', 1)`,
          [CLINIC_B, idOf('case', 'b', number), idOf('patient', 'b', patient)],
        ),
      );
    expect(code(await vouch('03', '03'))).toBe('ok');
    expect(code(await vouch('01', '01'))).toBe('CD010');
  });
});
