import type { Clinic } from '../../../../testing/ids.ts';
import { idOf, NOBODY } from '../../../../testing/ids.ts';
import type { Persona } from '../../../../testing/personas.ts';
import { type Aim, inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

/** A login with a name, and no part in any organisation. */
const NEWCOMER = text(idOf('staff', 'e', '02'));

/** Who belongs to which tenant: organisations, their settings and networks, members, operators and profiles. */
export const TENANCY: Readonly<Record<string, TableProbe>> = {
  'public.organisations': {
    rows: ({ clinic }) => `id = ${organisation(clinic)}`,
    // A tenant is new by nature: pinned to itself it is the writer's own, else somebody else's.
    insert: ({ whose }) => ({
      values: {
        id: NEW,
        kind: text('clinic'),
        name: text('Probe'),
        country: text('PT'),
        timezone: text('UTC'),
        regime: text('gdpr'),
      },
      ...(whose === 'own' && { pin: NOBODY }),
    }),
    update: { name: text('Probe'), archived_at: 'now()' },
  },
  'public.organisation_settings': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: `delete from public.organisation_settings where organisation_id = ${organisation(clinic)}`,
      values: { organisation_id: organisation(clinic), modules: text('{probe}') },
    }),
    update: { modules: text('{probe}') },
  },
  'public.organisation_members': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        user_id: NEWCOMER,
        role: text('receptionist'),
      },
    }),
    update: { role: text('receptionist') },
  },
  'public.invitations': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        email: text('probe@clinic.example'),
        role: text('receptionist'),
        sha256: text('0'.repeat(64)),
        expires_at: `now() + interval '1 day'`,
      },
    }),
    update: { archived_at: 'now()' },
  },
  'public.ops_members': {
    rows: ({ persona, whose }) => operatorRows(persona, whose),
    insert: () => ({ values: { user_id: NEWCOMER, role: text('auditor') } }),
    update: { is_active: 'true' },
  },
  'public.profiles': {
    rows: ({ persona, whose, clinic }) => profileRows(persona, whose, clinic),
    insert: () => ({
      // Whoever is anonymous has no profile yet.
      prepare: `insert into auth.users (id, is_anonymous) values (${NEW}, true)`,
      values: { user_id: NEW, display_name: text('Probe') },
    }),
    update: { display_name: text('Probe') },
  },
  'public.professionals': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        user_id: text(idOf('staff', clinic, '04')),
        council: text('CRM'),
        licence: text('PROBE'),
      },
    }),
    update: { licence: text('PROBE') },
  },
  'public.organisation_networks': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        cidr: text('198.51.100.0/24'),
        mode: text('allow'),
      },
    }),
    update: { label: text('Probe') },
  },
};

/** One's own profile, or that of somebody of the other clinic. Who has no login is shown a doctor's of their clinic. */
function profileRows({ userId, home }: Persona, whose: Aim['whose'], clinic: Clinic): string {
  const own = userId ?? idOf('staff', home ?? 'a', '02');
  return `user_id = ${text(whose === 'own' ? own : idOf('staff', clinic, '02'))}`;
}

/** One's own row among operations, or another's. Who is no operator is shown somebody's. */
function operatorRows({ role, userId }: Persona, whose: Aim['whose']): string {
  const own = role === 'internal_ops' && userId ? userId : idOf('staff', 'f', '01');
  const other = idOf('staff', 'f', own.endsWith('03') ? '02' : '03');
  return `user_id = ${text(whose === 'own' ? own : other)}`;
}
