import { expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';

const { clone, begin } = useOpenTransactions();

const ANA = idOf('patient', 'a', '01');
const CHILD = idOf('patient', 'a', '02');
const CONSENT_OF_THE_CHILD = `insert into public.consents (organisation_id, id, patient_id, purpose)
  values ('${CLINIC_A}', '${idOf('consent', 'a', '91')}', '${CHILD}', 'research')`;
const END_OF_THE_ACCOUNT = `update public.patient_accounts set revoked_at = now()
  where organisation_id = '${CLINIC_A}' and patient_id = '${CHILD}' and user_id = '${personas.guardian.userId}'`;
const ACTS: readonly (readonly [string, Persona, string, readonly unknown[]])[] = [
  [
    'a friend enrolled',
    personas.clinicAdmin,
    `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'doctor')`,
    [CLINIC_A, personas.stranger.userId],
  ],
  [
    'a friend raised',
    personas.clinicAdmin,
    `update public.organisation_members set capabilities = '{finance}' where organisation_id = $1 and user_id = $2`,
    [CLINIC_A, personas.nurse.userId],
  ],
  [
    'a verdict on a broken glass',
    personas.clinicAdmin,
    `select public.review_emergency_access($1, 'justified', 'All as it should be.')`,
    [idOf('grant', 'a', '03')],
  ],
  [
    'no allergies',
    personas.doctor,
    'update public.patient_clinical set allergies = null where organisation_id = $1 and id = $2',
    [CLINIC_A, ANA],
  ],
  [
    'a guarantee of more',
    personas.opsAgent,
    'update public.guarantees_of_payment set limit_minor = limit_minor * 100 where organisation_id = $1 and id = $2',
    [CLINIC_A, idOf('guarantee', 'a', '01')],
  ],
  [
    'a consent in a patient’s name',
    personas.patient,
    `update public.consents set status = 'active' where organisation_id = $1 and id = $2`,
    [CLINIC_A, idOf('consent', 'a', '91')],
  ],
];

const asServer = (
  database: TestDatabase,
  ...statements: readonly (readonly [string, readonly unknown[]])[]
) =>
  database.asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    for (const [sql, values] of statements) await session.rows(sql, values);
  });
const isWaiting = (database: TestDatabase) =>
  database.asSuperuser((session) =>
    session.value<boolean>(
      `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`,
    ),
  );

test.each(ACTS)(
  'a statement that waits behind another of its own brings nothing in once its writer was put out: %s [N-16 S-03 -, N-16 +]',
  async (_, who, sql, values) => {
    for (const isOver of [true, false]) {
      const database = await clone();
      await asServer(database, [
        `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'research')`,
        [CLINIC_A, idOf('consent', 'a', '91'), ANA],
      ]);
      const ahead = await begin(database, who);
      expect(await outcomeOf(ahead.query(sql, [...values])), 'control').toBe(1);
      const behind = await begin(database, who);
      const outcome = outcomeOf(behind.query(sql, [...values]));
      while (!(await isWaiting(database))) await new Promise((go) => setTimeout(go, 20));
      if (isOver)
        await asServer(
          database,
          ['update public.ops_members set is_active = false where user_id = $1', [who.userId]],
          [
            'update public.organisation_members set is_active = false where organisation_id = $1 and user_id = $2',
            [CLINIC_A, who.userId],
          ],
          [
            'update public.patient_accounts set revoked_at = now() where organisation_id = $1 and user_id = $2',
            [CLINIC_A, who.userId],
          ],
        );
      await ahead.query('rollback');
      expect(await outcome, isOver ? 'put out' : 'control: still in').toBe(isOver ? '42501' : 1);
      await behind.query('rollback');
    }
  },
);

/** Where somebody is in twice: whom it is about, what makes them so, what they do, what ends one of the two, and behind what of their own they wait. */
const TWICE: readonly (readonly [string, Persona, readonly string[], string, string, string | undefined])[] =
  [
    [
      'the guardian of one patient, and a patient themselves',
      personas.guardian,
      [
        `insert into public.patient_accounts (organisation_id, patient_id, user_id, relationship)
       values ('${CLINIC_A}', '${ANA}', '${personas.guardian.userId}', 'self')`,
        CONSENT_OF_THE_CHILD,
      ],
      `update public.consents set status = 'active' where organisation_id = '${CLINIC_A}' and id = '${idOf('consent', 'a', '91')}'`,
      END_OF_THE_ACCOUNT,
      undefined,
    ],
    [
      'the same, by the function',
      personas.guardian,
      [
        `insert into public.patient_accounts (organisation_id, patient_id, user_id, relationship)
       values ('${CLINIC_A}', '${ANA}', '${personas.guardian.userId}', 'self')`,
        `${CONSENT_OF_THE_CHILD}; update public.consents set status = 'active'
       where organisation_id = '${CLINIC_A}' and id = '${idOf('consent', 'a', '91')}'`,
      ],
      `select public.withdraw_consent('${idOf('consent', 'a', '91')}')`,
      END_OF_THE_ACCOUNT,
      undefined,
    ],
    [
      'the same, by a signature that waits for what it carries',
      personas.guardian,
      [
        `insert into public.patient_accounts (organisation_id, patient_id, user_id, relationship)
       values ('${CLINIC_A}', '${ANA}', '${personas.guardian.userId}', 'self')`,
        `insert into public.signed_forms (organisation_id, id, patient_id, template_id)
       values ('${CLINIC_A}', '${NOBODY}', '${CHILD}', '${idOf('template', 'f', '01')}');
       insert into public.consents (organisation_id, id, patient_id, purpose, signed_form_id)
       values ('${CLINIC_A}', '${idOf('consent', 'a', '91')}', '${CHILD}', 'transfer_disclosure', '${NOBODY}')`,
      ],
      `select public.sign_form('${NOBODY}', 'Somebody', 'consent', public.preview_form('${NOBODY}') ->> 'content_sha256')`,
      END_OF_THE_ACCOUNT,
      `select from public.consents where organisation_id = '${CLINIC_A}' and id = '${idOf('consent', 'a', '91')}' for update`,
    ],
    [
      'a member of two clinics, who goes on as one of the other',
      personas.nurse,
      [
        `select set_config('app.pinned_organisation_id', '${CLINIC_B}', true);
       insert into public.organisation_members (organisation_id, user_id, role)
       values ('${CLINIC_B}', '${personas.nurse.userId}', 'nurse')`,
      ],
      `update public.beds set ward = ward where organisation_id = '${CLINIC_A}' and id = '${idOf('bed', 'a', '01')}'
     returning set_config('app.current_organisation_id', '${CLINIC_B}', true)`,
      `update public.organisation_members set is_active = false
     where organisation_id = '${CLINIC_A}' and user_id = '${personas.nurse.userId}'`,
      undefined,
    ],
  ];

test.each(TWICE)(
  'nor does one who is in elsewhere by then, but was put out where its rows are: %s [N-15 N-16 S-03 -, N-15 N-16 +]',
  async (_, who, before, sql, end, hold) => {
    for (const isOver of [true, false]) {
      const database = await clone();
      for (const statement of before)
        await database.asSuperuser(async (session) => {
          await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
          await session.script(statement);
        });
      const choosing = async () => {
        const client = await begin(database, who);
        if (who === personas.nurse)
          await client.query(`select set_config('app.current_organisation_id', $1, true)`, [CLINIC_A]);
        return client;
      };
      const ahead = await choosing();
      expect(await outcomeOf(ahead.query(hold ?? sql)), 'control').toBe(1);
      const behind = await choosing();
      const outcome = outcomeOf(behind.query(sql));
      while (!(await isWaiting(database))) await new Promise((go) => setTimeout(go, 20));
      if (isOver) await asServer(database, [end, []]);
      await ahead.query('rollback');
      expect(await outcome, isOver ? 'put out there' : 'control: still in').toBe(
        isOver ? (hold ? 'CD010' : '42501') : 1,
      );
      await behind.query('rollback');
    }
  },
);
