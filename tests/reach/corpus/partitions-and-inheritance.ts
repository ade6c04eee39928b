import type { Migration } from './migration.ts';

const VISITS = `create table public.visits (organisation_id uuid, on_day date) partition by range (on_day);
  alter table public.visits enable row level security; alter table public.visits force row level security;
  grant select on public.visits to authenticated;
  create policy provider_select on public.visits for select to authenticated using (organisation_id = (select authz.organisation_id()));`;
const HIDDEN = `create table public.old_visits (organisation_id uuid, on_day date);
  alter table public.old_visits enable row level security; alter table public.old_visits force row level security;`;

export const PARTITIONS: readonly Migration[] = [
  {
    does: 'makes a partition that nobody reaches but through the whole',
    given: VISITS,
    sql: `create table public.visits_2026 partition of public.visits for values from ('2026-01-01') to ('2027-01-01');
      alter table public.visits_2026 enable row level security; alter table public.visits_2026 force row level security`,
    widens: false,
    tells: [],
  },
  {
    does: 'makes a partition that staff reach past the policies of the whole',
    given: VISITS,
    sql: `create table public.visits_2026 partition of public.visits for values from ('2026-01-01') to ('2027-01-01');
      grant select on public.visits_2026 to authenticated`,
    widens: true,
    tells: ['widened: clinic staff can now read public.visits_2026, every row of every organisation'],
  },
  {
    does: 'attaches a table that nobody reached',
    given: VISITS + HIDDEN,
    sql: `alter table public.visits attach partition public.old_visits for values from ('2020-01-01') to ('2021-01-01')`,
    widens: true,
    tells: [
      'widened: the rows of public.old_visits are now read through public.visits too, under the policies of that: by clinic staff',
    ],
  },
  {
    does: 'detaches a partition',
    given: `${VISITS + HIDDEN} alter table public.visits attach partition public.old_visits for values from ('2020-01-01') to ('2021-01-01')`,
    sql: 'alter table public.visits detach partition public.old_visits',
    widens: false,
    tells: [
      'narrowed: the rows of public.old_visits are no longer read through public.visits: by clinic staff',
    ],
  },
  {
    does: 'lets a table inherit to another, whose rows are read through it',
    given: 'create table public.closed_beds (like public.beds including all)',
    sql: 'alter table public.closed_beds inherit public.beds',
    widens: true,
    tells: [
      'widened: the rows of public.closed_beds are now read through public.beds too, under the policies of that: by clinic staff, our definer functions, Smart Insights, operations and the service role',
    ],
  },
  {
    does: 'makes a child of a table that nobody reaches but through it',
    sql: `create table public.closed_beds () inherits (public.beds);
      alter table public.closed_beds enable row level security; alter table public.closed_beds force row level security`,
    widens: false,
    tells: [],
  },
  {
    does: 'calls a table by another name',
    sql: 'alter table public.claims rename to insurance_claims',
    widens: false,
    tells: ['equal: public.claims is now called public.insurance_claims'],
  },
  {
    does: 'moves a table to where its readers can name it',
    given: `grant select on authz.state_transitions to authenticated; drop policy provider_fence on authz.state_transitions;
      create policy provider_select on authz.state_transitions for select to authenticated using (true)`,
    sql: 'alter table authz.state_transitions set schema public',
    widens: true,
    tells: [
      'widened: clinic staff can now name what was authz.state_transitions, and use what they hold of it',
      'equal: authz.state_transitions is now called public.state_transitions',
    ],
  },
  {
    does: 'moves a table to where its readers cannot name it',
    sql: 'alter table public.vehicles set schema audit',
    widens: false,
    tells: [
      'narrowed: clinic staff, operations and the service role can no longer name what was public.vehicles',
      'equal: public.vehicles is now called audit.vehicles',
    ],
  },
  {
    does: 'drops a table',
    sql: 'drop table public.claims cascade',
    widens: false,
    tells: ['narrowed: public.claims is gone'],
  },
  {
    does: 'makes a schema with a table that staff may read',
    sql: `create schema reports; grant usage on schema reports to authenticated;
      create table reports.daily (organisation_id uuid, patients bigint); grant select on reports.daily to authenticated`,
    widens: true,
    tells: [
      'widened: clinic staff can now name what stands in schema reports',
      'widened: clinic staff can now read reports.daily, every row of every organisation',
    ],
  },
];
