import { idOf } from '../../../testing/ids.ts';
import { EVERYBODY } from '../../../testing/personas.ts';
import { operationsAdmin, server } from './people.ts';
import { type Kind, patientOf } from './walk.ts';

/** What each of the seed is in a clinic: where somebody became another, they are more often made what they were. */
const WERE: Readonly<Record<string, readonly [role: string, capabilities: string]>> = {
  '03': ['nurse', '{}'],
  '04': ['assistant', '{}'],
  '12': ['assistant', '{transport}'],
  '13': ['doctor', '{break_glass}'],
};
const byUser = (userId: unknown) =>
  EVERYBODY.find((one) => one.userId === userId && one.role === 'authenticated');
const hours = (count: number) => new Date(Date.now() + count * 3_600_000);

/** Who comes, what they may do, who leaves, and whether the house is open at all. */
export const STAFF: readonly Kind[] = [
  {
    name: 'change what a member may do',
    weight: 3,
    refused: ['CD007'],
    async ask(world) {
      const member = await world.one<{ id: string; user_id: string; role: string; valid_until: Date | null }>(
        `select id, user_id, role, capabilities, valid_until from public.organisation_members
         where organisation_id = $1 and right(user_id::text, 2) in ('01', '03', '04', '12', '13') order by user_id`,
      );
      if (!member) return undefined;
      const [role, capabilities] = WERE[member.user_id.slice(-2)] ?? ['nurse', '{}'];
      const [set, value] = world.any([
        ['role', world.chance(0.6) ? role : world.any(['doctor', 'nurse', 'receptionist', 'clinic_admin'])],
        [
          'capabilities',
          world.chance(0.6) ? capabilities : world.any(['{}', '{privacy_officer}', '{finance,break_glass}']),
        ],
        ['valid_until', member.valid_until || world.chance(0.4) ? null : hours(world.any([-1, 1]))],
      ] as const);
      return {
        who: world.of('clinic_admin', 'clinic_admin', 'clinic_admin', 'doctor', 'privacy_officer'),
        sql: `update public.organisation_members set ${set} = $2 where organisation_id = $3 and id = $1`,
        values: [member.id, value, world.here],
      };
    },
  },
  {
    name: 'become a member by agreeing',
    weight: 4,
    refused: [],
    async ask(world) {
      const pending = await world.one(`
        select user_id from public.organisation_members
        where organisation_id = $1 and (is_active and accepted_at is null and archived_at is null or random() < 0.03) order by user_id`);
      const who = byUser(pending?.user_id);
      return who && { who, sql: 'select public.accept_membership($1)', values: [world.here] };
    },
  },
  {
    name: 'invite somebody',
    weight: 2,
    refused: ['CD043'],
    async ask(world) {
      return {
        who: world.of('clinic_admin', 'clinic_admin', 'doctor'),
        sql: 'select public.invite_member($1, $2, $3)',
        values: [
          world.any(['stranger@e.example', 'dual@e.example', 'staff-02@d.example', 'staff-21@a.example']),
          world.any(['nurse', 'doctor', 'assistant', 'clinic_admin']),
          world.any(['{}', '{}', '{finance}']),
        ],
      };
    },
  },
  {
    name: 'accept an invitation',
    weight: 3,
    refused: ['CD043'],
    async ask(world) {
      const open = await world.one<{ id: string; email: string }>(`
        select id, email from public.invitations
        where organisation_id = $1 and (accepted_at is null and archived_at is null or random() < 0.05) order by created_at, id`);
      if (!open) return undefined;
      // The token is told to who invites, and kept by nobody: another takes its place here.
      const token = `${world.here}.${open.id}.${world.id().replaceAll('-', '')}`;
      await world.one(
        `with pinned as materialized (select set_config('app.pinned_organisation_id', $1, true) as to_here)
         update public.invitations set sha256 = authz.digest($2) from pinned where organisation_id = $1::uuid and id = $3 returning id`,
        [world.here, token, open.id],
      );
      const addressed = await world.one('select id from auth.users where email = $1', [open.email]);
      const who = byUser(world.chance(0.9) ? addressed?.id : idOf('staff', world.clinic, '05'));
      return who && { who, sql: 'select public.accept_invitation($1, $2)', values: [token, 'Synthetic One'] };
    },
  },
  {
    name: 'take an invitation back',
    refused: ['CD007'],
    async ask(world) {
      const open = await world.one(
        'select id from public.invitations where organisation_id = $1 and archived_at is null order by created_at, id',
      );
      return (
        open && {
          who: world.of('clinic_admin'),
          sql: 'update public.invitations set archived_at = now() where organisation_id = $2 and id = $1',
          values: [open.id, world.here],
        }
      );
    },
  },
  {
    name: 'put a membership away, or bring it back',
    refused: ['CD007'],
    async ask(world) {
      const member = await world.one(`
        select id, archived_at is null as is_here from public.organisation_members
        where organisation_id = $1 and (right(user_id::text, 2) in ('03', '04', '12', '13', '21') or user_id::text like 'e%') order by archived_at nulls last, user_id`);
      return (
        member && {
          who: world.chance(0.9) ? server(world.here) : world.of('clinic_admin'),
          sql: 'update public.organisation_members set archived_at = $2 where organisation_id = $3 and id = $1',
          values: [member.id, member.is_here && world.chance(0.5) ? new Date() : null, world.here],
        }
      );
    },
  },
  {
    name: 'say who belongs to operations',
    refused: [],
    async ask(world) {
      const member = await world.one(
        `select user_id, role, is_active and archived_at is null as is_in from public.ops_members where right(user_id::text, 2) in ('02', '04')
         order by user_id`,
        [],
      );
      if (!member) return undefined;
      const [set, value] =
        String(member.user_id).endsWith('02') && (!member.is_in || member.role !== 'ops_agent')
          ? (['archived_at', null] as const)
          : world.any([
              ['is_active', world.chance(0.5)],
              ['role', world.any(['ops_agent', 'auditor'])],
              ['archived_at', world.chance(0.3) ? new Date() : null],
            ] as const);
      const back = set === 'archived_at' && value === null ? `, is_active = true, role = 'ops_agent'` : '';
      return {
        who: world.chance(0.9) ? server(world.here) : operationsAdmin,
        sql: `update public.ops_members set ${set} = $2${back} where user_id = $1`,
        values: [member.user_id, value],
      };
    },
  },
  {
    name: 'let somebody in on the portal',
    weight: 3,
    refused: ['CD007', 'CD008', 'CD013', '23505'],
    async ask(world) {
      const patient = await patientOf(world);
      const account = await world.one(`
        select id, user_id, relationship, confirmed_at, revoked_at, right(id::text, 2) in ('01', '02') as is_of_the_seed from public.patient_accounts
        where organisation_id = $1 and (confirmed_at is null and revoked_at is null or random() < 0.2) order by created_at, id`);
      if (account && world.chance(0.6)) {
        const ends = account.confirmed_at !== null && (!account.is_of_the_seed || world.chance(0.1));
        // Of an adult, who has no end by age.
        const until =
          account.confirmed_at === null && account.relationship === 'guardian' && world.chance(0.8);
        return {
          who: world.of('clinic_admin', 'clinic_admin', 'receptionist'),
          sql: `update public.patient_accounts set ${ends ? world.any(['revoked_at', 'archived_at']) : 'confirmed_at'} = now()
            ${until ? `, ends_at = now() + interval '1 year'` : ''} where organisation_id = $2 and id = $1`,
          values: [account.id, world.here],
        };
      }
      const part = world.any(['01', '02', '03']);
      const open = await world.one(
        'select id from public.patient_accounts where organisation_id = $1 and user_id = $2 and revoked_at is null and archived_at is null',
        [world.here, idOf('portal', world.clinic, part)],
      );
      if (!patient || (open && world.chance(0.9))) return undefined;
      return {
        who: world.of('receptionist', 'receptionist', 'clinic_admin'),
        sql: `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, $5)`,
        values: [
          world.here,
          world.id(),
          idOf('portal', world.clinic, part),
          world.chance(0.8) ? idOf('patient', world.clinic, part) : patient.id,
          world.any(['self', 'guardian', 'proxy']),
        ],
      };
    },
  },
  {
    name: 'close a clinic, or open it again',
    refused: ['CD013'],
    async ask(world) {
      const here = await world.one(
        'select archived_at is null as is_open from public.organisations where id = $1',
      );
      if (here?.is_open && world.chance(0.6)) return undefined;
      return {
        who: operationsAdmin,
        sql: 'update public.organisations set archived_at = $2 where id = $1',
        values: [world.here, here?.is_open ? new Date() : null],
      };
    },
  },
  {
    name: 'open a clinic that is closed',
    weight: 6,
    refused: [],
    async ask(world) {
      const closed = await world.one(
        `select id from public.organisations where archived_at is not null and id in ($1, 'c0000000-0000-7000-8000-000000000001') order by id`,
      );
      return (
        closed && {
          who: operationsAdmin,
          sql: 'update public.organisations set archived_at = null where id = $1',
          values: [closed.id],
        }
      );
    },
  },
];
