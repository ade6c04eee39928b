import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY, sessionOf } from '../../testing/ids.ts';
import { type Persona, personas, throughClient } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { asked, erase } from '../support/erasure.ts';
import { carrying, DRAFT, SIGNED, sign, terminate } from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

const ANA = idOf('patient', 'a', '01');
const CHAI = idOf('patient', 'a', '03');
const invited = `select public.invite_member('stranger@e.example', 'nurse')`;

/** Sets the stage as the owner, whom no policy binds. */
async function staged(as: Become, statement: string, values: readonly unknown[] = []): Promise<void> {
  const owner = await as({ ...personas.servicePinned, claims: {} });
  await owner.script(`reset role; select set_config('request.jwt.claims', '', true)`);
  await owner.rows(statement, values);
}

const takeClients = (as: Become) =>
  staged(as, 'update authz.deployment_settings set allow_oauth_clients = true');
/** The same client, told by its method alone: what Supabase Auth writes of a session that was begun with an authorization code. */
const byCode = (persona: Persona): Persona => ({
  ...persona,
  claims: { ...persona.claims, amr: [{ method: 'oauth_provider/authorization_code' }] },
});
/** Reception proposes what Ana may give on the portal. */
const proposed = async (as: Become) =>
  (await as(personas.receptionist)).rows(
    `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'transfer_disclosure')`,
    [CLINIC_A, NOBODY, ANA],
  );
/** Ana shuts a nurse out. */
const REFUSES = `insert into public.access_restrictions (organisation_id, id, patient_id, restricted_user_id)
  values ('${CLINIC_A}', '${NOBODY}', '${ANA}', '${personas.nurse.userId}')`;
const restricted = async (as: Become) => (await as(personas.patient)).rows(REFUSES);

interface Act {
  readonly what: string;
  readonly who: Persona;
  readonly stage?: (as: Become) => Promise<unknown>;
  readonly act: (session: Session) => Promise<Outcome>;
}

/** What takes somebody who sits there: each of it opens something, or says it in somebody's name. */
const ACTS: readonly Act[] = [
  { what: 'signs', who: personas.patient, stage: carrying, act: (session) => sign(session, DRAFT) },
  {
    what: 'witnesses a signature',
    who: personas.nurse,
    stage: carrying,
    act: (session) => sign(session, DRAFT),
  },
  {
    what: 'gives a consent on the portal',
    who: personas.patient,
    stage: proposed,
    act: (session) => session.attempt(`update public.consents set status = 'active' where id = $1`, [NOBODY]),
  },
  {
    what: 'lifts a refusal of their own',
    who: personas.patient,
    stage: restricted,
    act: (session) =>
      session.attempt('update public.access_restrictions set lifted_at = now() where id = $1', [NOBODY]),
  },
  { what: 'terminates a form', who: personas.clinicAdmin, act: (session) => terminate(session, SIGNED) },
  {
    what: 'breaks the glass',
    who: personas.doctor,
    act: (session) =>
      session.attempt('select public.open_emergency_access($1, $2)', [
        CHAI,
        'Unconscious on arrival, allergies unknown',
      ]),
  },
  {
    what: 'reviews it',
    who: personas.clinicAdmin,
    act: (session) =>
      session.attempt(`select public.review_emergency_access($1, 'justified', 'Seen.')`, [
        idOf('grant', 'a', '03'),
      ]),
  },
  { what: 'invites', who: personas.clinicAdmin, act: (session) => session.attempt(invited) },
  {
    what: 'accepts an invitation',
    who: personas.stranger,
    stage: async (as) => {
      const token = await (await as(personas.clinicAdmin)).value<string>(
        `select token from public.invite_member('stranger@e.example', 'nurse')`,
      );
      await staged(
        as,
        `with confirmed as (update auth.users set email_confirmed_at = now() where id = $2)
         select set_config('test.token', $1, true)`,
        [token, personas.stranger.userId],
      );
    },
    act: (session) => session.attempt(`select public.accept_invitation(current_setting('test.token'))`),
  },
  {
    what: 'relies on another legal basis',
    who: personas.privacyOfficer,
    stage: async (as) =>
      (await as(personas.clinicAdmin)).rows(
        `update public.organisation_settings set legal_bases = '{consent,health_protection}'`,
      ),
    act: (session) =>
      session.attempt(
        `select public.rely_on_legal_basis($1, 'treatment', 'health_protection', 'Brought in unconscious, and nobody to ask.')`,
        [CHAI],
      ),
  },
  {
    what: 'withdraws a consent for a patient',
    who: personas.receptionist,
    act: (session) =>
      session.attempt(
        `select public.withdraw_consent(c.id, 'Asked for it at the desk.')
         from public.consents as c where c.status = 'active' and c.legal_basis = 'consent' limit 1`,
      ),
  },
  { what: 'erases', who: personas.privacyOfficer, stage: asked, act: (session) => erase(session) },
  {
    what: 'makes a member',
    who: personas.clinicAdmin,
    act: (session) =>
      session.attempt(
        `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'nurse')`,
        [CLINIC_A, personas.stranger.userId],
      ),
  },
  {
    what: 'gives a member another role',
    who: personas.clinicAdmin,
    act: (session) =>
      session.attempt(
        `update public.organisation_members set role = 'doctor', capabilities = '{privacy_officer}' where user_id = $1`,
        [personas.nurse.userId],
      ),
  },
  {
    what: 'resumes a membership',
    who: personas.clinicAdmin,
    act: (session) =>
      session.attempt('update public.organisation_members set is_active = true where user_id = $1', [
        personas.revoked.userId,
      ]),
  },
  {
    what: 'accepts a membership',
    who: personas.stranger,
    stage: async (as) =>
      (await as(personas.clinicAdmin)).rows(
        `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'nurse')`,
        [CLINIC_A, personas.stranger.userId],
      ),
    act: (session) => session.attempt('select public.accept_membership($1)', [CLINIC_A]),
  },
  {
    what: 'lets a colleague treat',
    who: personas.clinicAdmin,
    act: (session) =>
      session.attempt(`select public.assign_care($1, $2, 'covering')`, [CHAI, personas.nurse.userId]),
  },
  {
    what: 'lets one treat by hand',
    who: personas.clinicAdmin,
    act: (session) =>
      session.attempt(
        `insert into public.care_relationships (organisation_id, patient_id, user_id, kind) values ($1, $2, $3, 'covering')`,
        [CLINIC_A, CHAI, personas.nurse.userId],
      ),
  },
  {
    what: 'lets one treat for longer by hand',
    who: personas.clinicAdmin,
    stage: (as) =>
      staged(
        as,
        `insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, ends_at)
         values ($1, $2, $3, $4, 'covering', now() + interval '1 hour')`,
        [CLINIC_A, NOBODY, CHAI, personas.nurse.userId],
      ),
    act: (session) =>
      session.attempt('update public.care_relationships set ends_at = null where id = $1', [NOBODY]),
  },
  {
    what: 'confirms a portal account',
    who: personas.clinicAdmin,
    stage: async (as) =>
      (await as(personas.receptionist)).rows(
        `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, 'proxy')`,
        [CLINIC_A, NOBODY, personas.stranger.userId, CHAI],
      ),
    act: (session) =>
      session.attempt('update public.patient_accounts set confirmed_at = now() where id = $1', [NOBODY]),
  },
  {
    what: 'creates an organisation',
    who: personas.opsAdmin,
    act: (session) =>
      session.attempt(
        `select public.create_organisation('Nova', 'clinic', 'BR', 'America/Sao_Paulo', 'lgpd', $1)`,
        [personas.stranger.userId],
      ),
  },
  {
    what: 'answers a change of the schema',
    who: personas.opsAdmin,
    stage: (as) =>
      staged(
        as,
        `insert into governance.schema_changes (version, checksum, name, access, shared_objects)
         values ('20990101000000', repeat('a', 64), 'widen_cases', '{+ authenticated may select on public.cases}', '{public.cases}')`,
      ),
    act: (session) =>
      session.attempt(`select public.acknowledge_schema_change('20990101000000', repeat('a', 64))`),
  },
];

/** Who is not there themselves, though the token opens what their rules open. */
const WAYS: readonly {
  readonly who: string;
  readonly of: (persona: Persona, as: Become) => Promise<Persona>;
}[] = [
  {
    who: 'the client of a third party, by its token',
    of: async (persona, as) => {
      await takeClients(as);
      return throughClient(persona);
    },
  },
  {
    who: 'the client of a third party, by how its session began',
    of: async (persona, as) => {
      await takeClients(as);
      return byCode(persona);
    },
  },
  {
    who: 'the client of a third party, by its session',
    of: async (persona, as) => {
      await staged(as, 'update auth.sessions set oauth_client_id = $2 where id = $1', [
        sessionOf(persona.userId ?? ''),
        NOBODY,
      ]);
      return persona;
    },
  },
  {
    who: 'a token without a session, where the deployment takes it',
    of: async (persona, as) => {
      await staged(as, 'update authz.deployment_settings set allow_sessionless_tokens = true');
      return { ...persona, claims: { ...persona.claims, session_id: undefined } };
    },
  },
];

describe.each(ACTS)('who $what', ({ who, stage, act }) => {
  test('is there in person [N-12 S-13 +]', async () => {
    await story(async (as) => {
      await stage?.(as);
      const outcome = await act(await as(who));
      expect(outcome).toMatchObject({ ok: true });
      expect(outcome.ok && outcome.count).toBe(1);
    });
  });

  test.each(WAYS)('is never $who [N-12 S-13 -]', async ({ of }) => {
    await story(async (as) => {
      await stage?.(as);
      expect(await act(await as(await of(who, as)))).toMatchObject({ ok: false, code: '42501' });
    });
  });
});

test('what only closes is open to whoever acts for the patient: a withdrawal, a rejection and a refusal [N-18 N-50 +]', async () => {
  for (const { of } of WAYS)
    await story(async (as) => {
      await proposed(as);
      const client = await as(await of(personas.patient, as));
      expect(
        await client.affected(`update public.consents set status = 'rejected' where id = $1`, [NOBODY]),
      ).toBe(1);
      expect(await client.affected(REFUSES)).toBe(1);
      expect(
        await client.affected(
          `update public.consents set status = 'withdrawn' where patient_id = $1 and status = 'active' and purpose = 'treatment'`,
          [ANA],
        ),
      ).toBe(1);
    });
});

test('where the deployment takes it, the client of a third party reads what its person reads, and the record says in which session [N-12 N-35 +]', async () => {
  for (const { of } of WAYS.slice(0, 3))
    await story(async (as) => {
      const doctor = await as(personas.doctor);
      const read = (session: Session) => session.value<string>('select count(*) from public.medical_records');
      const charts = await read(doctor);
      const client = await as(await of(personas.doctor, as));
      expect(await read(client)).toBe(charts);
      expect(charts).not.toBe('0');
      await client.rows('select public.set_context($1, null)', [CLINIC_A]);
      await client.script('reset role');
      expect(
        await client.rows(
          'select session_id from audit.context_log where user_id = $1 and transaction_id = pg_current_xact_id()::text::bigint',
          [personas.doctor.userId],
        ),
      ).toEqual([{ session_id: sessionOf(personas.doctor.userId ?? '') }]);
    });
});

test('a Supabase Auth that keeps no client beside the session is believed by its token [N-12 +, N-12 -]', async () => {
  await story(async (as) => {
    await staged(as, 'alter table auth.sessions drop column oauth_client_id');
    await takeClients(as);
    const breaks = ACTS.find(({ what }) => what === 'breaks the glass') as Act;
    expect(await breaks.act(await as(throughClient(breaks.who)))).toMatchObject({ ok: false, code: '42501' });
    expect(await breaks.act(await as(breaks.who))).toMatchObject({ ok: true });
  });
});

describe('the client of a third party, which a session from a mail link may let in', () => {
  const CLIENTS = [
    { told: 'by its token', of: throughClient },
    { told: 'by how its session began', of: byCode },
  ];
  const READS: readonly { readonly of: string; readonly who: Persona; readonly asks: string }[] = [
    { of: 'a doctor', who: personas.doctor, asks: 'select count(*) from public.medical_records' },
    { of: 'a patient', who: personas.patient, asks: 'select count(*) from public.patients' },
    { of: 'operations', who: personas.opsAdmin, asks: 'select count(*) from public.organisations' },
  ];

  test.each(READS)(
    'opens nothing of $of until the deployment takes it [N-11 N-12 S-14 -, N-12 +]',
    async ({ who, asks }) => {
      for (const { told, of } of CLIENTS)
        await story(async (as) => {
          const read = async () => (await as(of(who))).value<string>(asks);
          expect(await read(), told).toBe('0');
          await takeClients(as);
          expect(await read(), 'control').toBe(await (await as(who)).value<string>(asks));
          expect(await read(), 'control').not.toBe('0');
        });
    },
  );

  test('is told so before its request runs, and is nobody by a mail link even where it is taken [N-12 N-53 S-14 -, N-53 +]', async () => {
    await story(async (as) => {
      const { role } = personas.doctor;
      const asked = async (persona: Persona) => {
        const outcome = await (await as({ ...persona, claims: { ...persona.claims, role } })).attempt(
          'select public.pre_request()',
        );
        return outcome.ok ? 'ok' : outcome.code;
      };
      const client = throughClient(personas.doctor);
      expect(await asked(client)).toBe('CD040');
      expect(await asked(personas.doctor), 'control').toBe('ok');
      await takeClients(as);
      expect(await asked(client), 'control').toBe('ok');
      expect(await asked({ ...client, claims: { ...client.claims, amr: ['otp'] } })).toBe('CD040');
    });
  });
});
