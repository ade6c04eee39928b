import { expect, test } from 'vitest';
import { CLINIC_A, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

/** What opens charts, or has them destroyed sooner, opened and set back in the next statement: the row itself tells of neither. */
const GATES: readonly {
  readonly what: string;
  readonly who: Persona;
  readonly changes: readonly string[];
  readonly idle: string;
  readonly told: readonly { readonly from: unknown; readonly to: unknown }[];
}[] = [
  {
    what: 'organisation.hours_changed',
    who: personas.clinicAdmin,
    changes: [
      `update public.organisation_settings set business_hours = '{"start": 1, "end": 3}'`,
      `update public.organisation_settings set business_hours = '{"start": 0, "end": 24}'`,
    ],
    idle: `update public.organisation_settings set business_hours = '{"end": 24, "start": 0}', modules = '{beds}'`,
    told: [
      { from: { start: 0, end: 24 }, to: { start: 1, end: 3 } },
      { from: { start: 1, end: 3 }, to: { start: 0, end: 24 } },
    ],
  },
  {
    what: 'organisation.legal_bases_changed',
    who: personas.clinicAdmin,
    changes: [
      `update public.organisation_settings set legal_bases = '{consent,vital_interest}'`,
      `update public.organisation_settings set legal_bases = '{consent}'`,
    ],
    idle: `update public.organisation_settings set legal_bases = '{consent}', privacy_contact = 'dpo@a.example'`,
    told: [
      { from: ['consent'], to: ['consent', 'vital_interest'] },
      { from: ['consent', 'vital_interest'], to: ['consent'] },
    ],
  },
  {
    what: 'organisation.timezone_changed',
    who: personas.opsAdmin,
    changes: [
      `update public.organisations set timezone = 'Asia/Tokyo' where id = '${CLINIC_A}'`,
      `update public.organisations set timezone = 'America/Sao_Paulo' where id = '${CLINIC_A}'`,
    ],
    idle: `update public.organisations set timezone = 'America/Sao_Paulo', name = 'Renamed' where id = '${CLINIC_A}'`,
    told: [
      { from: 'America/Sao_Paulo', to: 'Asia/Tokyo' },
      { from: 'Asia/Tokyo', to: 'America/Sao_Paulo' },
    ],
  },
  {
    what: 'organisation.kind_changed',
    who: personas.opsAdmin,
    changes: [
      `update public.organisations set kind = 'transport' where id = '${CLINIC_A}'`,
      `update public.organisations set kind = 'clinic' where id = '${CLINIC_A}'`,
    ],
    idle: `update public.organisations set kind = 'clinic', name = 'Renamed' where id = '${CLINIC_A}'`,
    told: [
      { from: 'clinic', to: 'transport' },
      { from: 'transport', to: 'clinic' },
    ],
  },
  {
    what: 'organisation.name_changed',
    who: personas.opsAdmin,
    changes: [
      `update public.organisations set name = 'Trustworthy Ambulances' where id = '${CLINIC_A}'`,
      `update public.organisations set name = 'Renamed' where id = '${CLINIC_A}'`,
    ],
    idle: `update public.organisations set timezone = 'America/Sao_Paulo', name = name where id = '${CLINIC_A}'`,
    told: [
      { from: expect.any(String), to: 'Trustworthy Ambulances' },
      { from: 'Trustworthy Ambulances', to: 'Renamed' },
    ],
  },
  {
    what: 'organisation.network_changed',
    who: personas.clinicAdmin,
    changes: [
      `insert into public.organisation_networks (organisation_id, id, cidr, mode) values ('${CLINIC_A}', '${NOBODY}', '198.51.100.0/24', 'allow')`,
      `update public.organisation_networks set cidr = '203.0.113.0/24' where id = '${NOBODY}'`,
      `update public.organisation_networks set mode = 'deny' where id = '${NOBODY}'`,
      `update public.organisation_networks set archived_at = now() where id = '${NOBODY}'`,
    ],
    idle: `update public.organisation_networks set label = 'Home' where organisation_id = '${CLINIC_A}'`,
    told: [
      { from: null, to: { cidr: '198.51.100.0/24', mode: 'allow' } },
      { from: { cidr: '198.51.100.0/24', mode: 'allow' }, to: { cidr: '203.0.113.0/24', mode: 'allow' } },
      { from: { cidr: '203.0.113.0/24', mode: 'allow' }, to: { cidr: '203.0.113.0/24', mode: 'deny' } },
      { from: { cidr: '203.0.113.0/24', mode: 'deny' }, to: null },
    ],
  },
  {
    what: 'organisation.retention_changed',
    who: personas.privacyOfficer,
    changes: [
      `insert into public.retention_extensions (organisation_id, id, retention, keep_months, reason) values ('${CLINIC_A}', '${NOBODY}', 'incident', 120, 'An order of the court.')`,
      `update public.retention_extensions set keep_months = 1 where id = '${NOBODY}'`,
      `update public.retention_extensions set keep_months = 120, reason = 'The same order.' where id = '${NOBODY}'`,
      `update public.retention_extensions set archived_at = now() where id = '${NOBODY}'`,
    ],
    idle: `update public.retention_extensions set keep_months = 144, reason = 'The bank still asks for it.' where retention = 'financial'`,
    told: [
      { from: null, to: { retention: 'incident', keep_months: 120 } },
      { from: { retention: 'incident', keep_months: 120 }, to: { retention: 'incident', keep_months: 1 } },
      { from: { retention: 'incident', keep_months: 1 }, to: { retention: 'incident', keep_months: 120 } },
      { from: { retention: 'incident', keep_months: 120 }, to: null },
    ],
  },
];

test.each(GATES)(
  'what opens charts, or has them destroyed sooner, is on record, however shortly it was open: $what [N-28 N-37 N-49 +, N-37 -]',
  async ({ what, who, changes, idle, told }) => {
    await tellStory(database(), async (as) => {
      const events = async (reader: Session) =>
        reader.rows(
          `select actor_user_id as by, details from public.security_events
           where event_type = $1 and organisation_id = $2 and actor_user_id is not null order by occurred_at`,
          [what, CLINIC_A],
        );
      for (const change of [idle, ...changes])
        expect(await (await as(who)).attempt(change), change).toMatchObject({ ok: true, count: 1 });
      expect(await events(await as(personas.opsAuditor))).toEqual(
        told.map((details) => ({ by: who.userId, details })),
      );
      expect(
        await events(await as(personas.privacyOfficer)),
        'and the clinic’s officer reads it',
      ).toHaveLength(told.length);
    });
  },
);
