import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { exportedByOfficer } from '../support/subject-exports.ts';

const database = useDatabase();

const CHAI = idOf('patient', 'a', '03');
const ASSISTANT = idOf('membership', 'a', '04');
const auditor: Persona = {
  ...personas.privacyOfficer,
  name: 'auditor of A',
  userId: idOf('staff', 'a', '16'),
  claims: {
    ...personas.privacyOfficer.claims,
    sub: idOf('staff', 'a', '16'),
    session_id: 'a1000000-0000-7000-9000-000000000016',
  },
};

interface Told {
  readonly type: string;
  readonly by: string | undefined;
  readonly realm: string;
  readonly details: Record<string, unknown>;
}
/** The events of one story, as the auditor of the clinic reads them. */
async function eventsOf(act: (as: Become) => Promise<void>): Promise<Told[]> {
  let events: Told[] = [];
  await tellStory(database(), async (as) => {
    await act(as);
    const session = await as(auditor);
    events = await session.rows<Told & Record<string, unknown>>(
      `select event_type as type, actor_user_id as by, actor_realm as realm, details from public.security_events
       where transaction_id::text = pg_current_xact_id()::text order by occurred_at`,
    );
  });
  return events;
}
const by = ({ userId }: Persona, type: string, details: Record<string, unknown>): Told => ({
  type,
  by: userId,
  realm: 'provider',
  details,
});
const changeMember = (set: string) => async (as: Become) => {
  const session = await as(personas.clinicAdmin);
  await session.rows(`update public.organisation_members set ${set} where id = $1`, [ASSISTANT]);
};
const member = { user_id: personas.assistant.userId };
const admin = (type: string, details: Record<string, unknown>) => by(personas.clinicAdmin, type, details);

describe('security events', () => {
  test('tell of broken glass: opened, closed by its holder, judged by another [N-37 +]', async () => {
    const events = await eventsOf(async (as) => {
      const grant = await (await as(personas.doctor)).value(
        `select public.open_emergency_access($1, 'Unconscious on arrival, allergies unknown')`,
        [CHAI],
      );
      await (await as(personas.doctor)).rows('select public.close_emergency_access($1)', [grant]);
      await (await as(personas.privacyOfficer)).rows(
        `select public.review_emergency_access($1, 'unjustified', 'No visit that day')`,
        [grant],
      );
    });
    expect(events).toEqual([
      by(personas.doctor, 'emergency_access.opened', { patient_id: CHAI, expires_at: expect.any(String) }),
      by(personas.doctor, 'emergency_access.closed', { patient_id: CHAI }),
      by(personas.privacyOfficer, 'emergency_access.reviewed', { patient_id: CHAI, outcome: 'unjustified' }),
    ]);
  });

  test('carry session, address and client of whoever did it [N-37 S-32 +]', async () => {
    await tellStory(database(), async (as) => {
      const headers = { 'x-forwarded-for': '203.0.113.9, 192.0.2.77', 'user-agent': 'Ward/1.0' };
      const session = await as(personas.clinicAdmin, headers);
      await session.rows(`update public.organisation_members set role = 'receptionist' where id = $1`, [
        ASSISTANT,
      ]);
      const events = await (await as(auditor)).rows(
        `select session_id, host(client_address) as address, address_source, user_agent, entity_id
         from public.security_events where event_type = 'membership.role_changed'`,
      );
      expect(events).toEqual([
        {
          session_id: personas.clinicAdmin.claims.session_id,
          address: '192.0.2.77',
          address_source: 'edge',
          user_agent: 'Ward/1.0',
          entity_id: ASSISTANT,
        },
      ]);
    });
  });

  test.each([
    [`role = 'receptionist'`, 'membership.role_changed', { from: 'assistant', to: 'receptionist' }],
    [`capabilities = '{finance}'`, 'membership.capabilities_changed', { from: [], to: ['finance'] }],
    [
      `valid_until = '2030-01-01Z'`,
      'membership.validity_changed',
      { from: null, to: '2030-01-01T00:00:00+00:00' },
    ],
    ['is_active = false', 'membership.ended', {}],
  ])('tell of a membership where %s: %s [N-37 +]', async (set, type, details) => {
    expect(await eventsOf(changeMember(set))).toEqual([admin(type, { ...member, ...details })]);
  });

  test('tell of a membership that the server archives, as ended [N-37 +]', async () => {
    const events = await eventsOf(async (as) => {
      const archived = await (await as(personas.servicePinned)).affected(
        'update public.organisation_members set archived_at = now() where organisation_id = $1 and user_id = $2',
        [CLINIC_A, personas.nurse.userId],
      );
      expect(archived).toBe(1);
    });
    expect(events).toMatchObject([{ type: 'membership.ended' }]);
  });

  test('tell of a membership granted, accepted, ended and resumed, in their order [N-37 +]', async () => {
    const stranger = personas.stranger;
    const about = { user_id: stranger.userId };
    const events = await eventsOf(async (as) => {
      const session = await as(personas.clinicAdmin);
      await session.rows(
        `insert into public.organisation_members (organisation_id, id, user_id, role, capabilities)
         values ($1, $2, $3, 'nurse', '{break_glass}')`,
        [CLINIC_A, NOBODY, stranger.userId],
      );
      await (await as(stranger)).rows('select public.accept_membership($1)', [CLINIC_A]);
      for (const state of [false, true]) {
        await (await as(personas.clinicAdmin)).rows(
          'update public.organisation_members set is_active = $1 where id = $2',
          [state, NOBODY],
        );
      }
    });
    expect(events).toEqual([
      admin('membership.granted', { ...about, role: 'nurse', capabilities: ['break_glass'] }),
      by(stranger, 'membership.accepted', about),
      admin('membership.ended', about),
      admin('membership.resumed', about),
    ]);
  });

  test('tell of a portal account proposed, opened by another, and revoked [N-37 N-15 +]', async () => {
    const about = { user_id: personas.stranger.userId, patient_id: CHAI, relationship: 'guardian' };
    const events = await eventsOf(async (as) => {
      await (await as(personas.receptionist)).rows(
        `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, 'guardian')`,
        [CLINIC_A, NOBODY, about.user_id, CHAI],
      );
      for (const set of [`confirmed_at = now(), ends_at = now() + interval '1 year'`, 'revoked_at = now()']) {
        const session = await as(personas.clinicAdmin);
        await session.rows(`update public.patient_accounts set ${set} where id = $1`, [NOBODY]);
      }
    });
    expect(events).toEqual([
      by(personas.receptionist, 'patient_account.proposed', about),
      admin('patient_account.opened', about),
      admin('patient_account.revoked', about),
    ]);
  });

  test('tell of a write that a freeze suppressed, by pointing at the record of the case [N-37 S-35 +]', async () => {
    let logged: unknown;
    const events = await eventsOf(async (as) => {
      const session = await as(personas.finance);
      const frozen = idOf('invoice', 'a', '03');
      expect(
        await session.affected('update public.invoices set archived_at = now() where id = $1', [frozen]),
      ).toBe(0);
      logged = await session.value(
        `select id from public.case_activity_log where event_type = 'invoice.frozen_write_suppressed' order by occurred_at desc limit 1`,
      );
    });
    expect(events).toEqual([
      by(personas.finance, 'frozen_write.suppressed', {
        event_id: logged,
        what: 'invoice',
        operation: 'update',
      }),
    ]);
  });

  test.each([
    ['the privacy officer', personas.privacyOfficer, 'provider'],
    ['the guardian who signed', personas.guardian, 'patient'],
  ] as [string, Persona, string][])(
    'tell of a signature exported by %s [N-37 S-31 +]',
    async (_, persona, realm) => {
      const form = idOf('form', 'a', '03');
      const events = await eventsOf(async (as) => {
        await (await as(persona)).rows('select public.export_signed_form($1)', [form]);
      });
      expect(events).toEqual([
        { type: 'data.exported', by: persona.userId, realm, details: { kind: 'signed_form' } },
      ]);
    },
  );

  test('tell of all that was exported of a patient [N-37 +]', async () => {
    const events = await eventsOf(async (as) => {
      await exportedByOfficer(as, CHAI);
    });
    expect(events).toEqual([by(personas.privacyOfficer, 'data.exported', { kind: 'subject' })]);
  });

  test('tell of Smart Insights switched and of what left for it, and of no switch that changed nothing [N-37 S-21 +]', async () => {
    const events = await eventsOf(async (as) => {
      const session = await as(personas.insightsAdmin);
      for (const enabled of [true, false, false, true]) {
        await session.rows('select public.set_smart_insights($1)', [enabled]);
      }
      await session.rows('select public.smart_insights_payload()');
    });
    const told = (type: string, details: object) =>
      by(personas.insightsAdmin, type, details as Record<string, unknown>);
    expect(events).toEqual([
      told('smart_insights.switched', { enabled: false }),
      told('smart_insights.switched', { enabled: true }),
      told('data.exported', { kind: 'smart_insights' }),
    ]);
  });

  test('let nothing leave unrecorded: in a READ ONLY transaction nothing is exported [N-37 -]', async () => {
    const form = idOf('form', 'a', '03');
    const outcome = await database().as(personas.privacyOfficer, async (session) => {
      await session.script('set transaction read only');
      return session.attempt('select public.export_signed_form($1)', [form]);
    });
    expect(outcome).toMatchObject({ ok: false, code: '25006' });
  });

  test('tell of nothing that changed nothing, and of nothing that was refused [N-37 -]', async () => {
    const events = await eventsOf(async (as) => {
      await changeMember('role = role, capabilities = capabilities, is_active = is_active')(as);
      const refused = [
        await (await as(personas.receptionist)).attempt(
          `select public.open_emergency_access($1, 'Unconscious on arrival, allergies unknown')`,
          [CHAI],
        ),
        await (await as(personas.doctorOfB)).attempt('select public.export_signed_form($1)', [
          idOf('form', 'a', '03'),
        ]),
      ];
      for (const outcome of refused) expect(outcome).toMatchObject({ ok: false, code: '42501' });
      const changed = await (await as(personas.receptionist)).affected(
        `update public.organisation_members set role = 'doctor' where id = $1`,
        [ASSISTANT],
      );
      expect(changed).toBe(0);
    });
    expect(events).toEqual([]);
  });

  test('say all that their type says, and nothing else [N-37 -]', async () => {
    const outcomes = await database().asSuperuser(
      async (session) => {
        await session.script('set local role cordon_definer');
        const record = (type: string, details: string) =>
          session.attempt('select authz.record_security_event($1, $2, $3, $4)', [
            CLINIC_A,
            type,
            NOBODY,
            details,
          ]);
        return [
          await record('data.exported', '{"kind": "probe"}'),
          await record('data.exported', '{}'),
          await record('data.exported', '{"kind": "probe", "name": "Ana"}'),
          await record('data.exported', '[]'),
          await record('data.stolen', '{}'),
          // What belongs to no organisation does not stand among a clinic's.
          await record('deployment.settings_changed', '{"from": {}, "to": {}}'),
        ];
      },
      { rollback: true },
    );
    expect(outcomes.map((outcome) => outcome.ok || outcome.code)).toEqual([true, ...Array(5).fill('23514')]);
  });

  test('are recorded by no caller on their own say-so [N-37 -]', async () => {
    for (const persona of [
      personas.clinicAdmin,
      auditor,
      personas.opsAdmin,
      personas.servicePinned,
      personas.patient,
    ] as Persona[]) {
      const outcomes = await database().as(persona, async (session) => [
        await session.attempt(
          `select authz.record_security_event($1, 'data.exported', $2, '{"kind": "probe"}')`,
          [CLINIC_A, NOBODY],
        ),
        await session.attempt(`insert into public.security_events (organisation_id) values ($1)`, [CLINIC_A]),
      ]);
      for (const outcome of outcomes)
        expect(outcome, persona.name).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('are read by auditor and privacy officer of the clinic and the auditor of operations, and nobody else [N-37 S-02 -]', async () => {
    const seenBy = (persona: Persona) =>
      database().as(persona, (session: Session) =>
        session.rows(
          'select distinct organisation_id as clinic from public.security_events where organisation_id = any ($1) order by 1',
          [[CLINIC_A, CLINIC_B]],
        ),
      );
    expect(await seenBy(auditor)).toEqual([{ clinic: CLINIC_A }]);
    expect(await seenBy(personas.privacyOfficer)).toEqual([{ clinic: CLINIC_A }]);
    expect(await seenBy(personas.opsAuditor)).toEqual([{ clinic: CLINIC_A }, { clinic: CLINIC_B }]);
    for (const persona of [
      personas.doctor,
      personas.clinicAdmin,
      personas.opsAgent,
      personas.opsAdmin,
      personas.stranger,
    ] as Persona[]) {
      expect(await seenBy(persona), persona.name).toEqual([]);
    }
  });
});

describe('events of the deployment', () => {
  test('tell which setting changed, from what to what, and by which login [N-37 +]', async () => {
    const events = await database().asPostgres(
      async (session) => {
        await session.script(`
          update authz.deployment_settings set allow_sessionless_tokens = true;
          update authz.deployment_settings set allow_sessionless_tokens = allow_sessionless_tokens`);
        return session.rows(
          `select event_type, object, actor_login, actor_realm, details from audit.deployment_events where transaction_id::text = pg_current_xact_id()::text`,
        );
      },
      { rollback: true },
    );
    expect(events).toEqual([
      {
        event_type: 'deployment.settings_changed',
        object: 'authz.deployment_settings',
        actor_login: 'postgres',
        actor_realm: 'system',
        details: { from: { allow_sessionless_tokens: false }, to: { allow_sessionless_tokens: true } },
      },
    ]);
  });

  test('are read by admin and auditor of operations [N-37 N-54 +]', async () => {
    for (const persona of [personas.opsAdmin, personas.opsAuditor]) {
      const seen = await database().as(persona, (session) =>
        session.rows('select from public.deployment_events'),
      );
      expect(seen.length, persona.name).toBeGreaterThan(0);
    }
  });

  test('are read by no agent of theirs and nobody of a clinic [N-37 N-54 -]', async () => {
    expect(
      await database().as(personas.opsAgent, (session) =>
        session.rows('select from public.deployment_events'),
      ),
    ).toEqual([]);
    for (const persona of [auditor, personas.patient, personas.anon, personas.servicePinned] as Persona[]) {
      expect(
        await database().as(persona, (session) => session.attempt('select from public.deployment_events')),
        persona.name,
      ).toMatchObject({ ok: false, code: '42501' });
    }
  });
});
