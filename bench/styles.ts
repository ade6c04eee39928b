import { UNRECORDED_ROLE } from './unrecorded.ts';

/** How a query is written: row-level security alone, with the tenant named too, or every condition by hand. */
export type Form = 'bare' | 'filtered' | 'by_hand';

/** One way to keep tenants apart: a role with policies of its own on the same tables and the same rows. */
export interface Style {
  readonly key: string;
  readonly title: string;
  readonly about: string;
  readonly role: string;
  readonly form: Form;
  readonly settings?: Readonly<Record<string, string>>;
  /** Takes its organisation from the setting `app.current_clinic_id`. */
  readonly fromSetting?: boolean;
}

/** Hand-written SQL without row-level security, planned per execution or once; the faster one is the limit. */
export const LIMIT = 'limit';
export const LIMIT_STYLES: readonly Style[] = (['auto', 'force_custom_plan'] as const).map((mode) => ({
  key: `${LIMIT}:${mode}`,
  title: 'limit',
  about: 'no row-level security, `organisation_id = $1` by hand; the better of cached and custom plans',
  role: 'bench_limit',
  form: 'filtered',
  settings: { plan_cache_mode: mode },
}));

/** Compared with the limit. */
export const STYLES: readonly Style[] = [
  {
    key: 'by_hand',
    title: 'conditions by hand',
    about:
      'no row-level security, our row conditions (active, not archived, consented, treating) written by hand too',
    role: 'bench_limit',
    form: 'by_hand',
  },
  {
    key: 'cordon',
    title: 'Cordon',
    about: "this repository's policies; the query names no tenant",
    role: 'authenticated',
    form: 'bare',
  },
  {
    key: 'cordon_filtered',
    title: 'Cordon, filtered',
    about: 'the same, and the query names the tenant as Supabase advises',
    role: 'authenticated',
    form: 'filtered',
  },
  {
    key: 'unrecorded',
    title: 'Cordon, unrecorded',
    about:
      "copies of this repository's policies that record nothing, so that the access log's part can be told",
    role: UNRECORDED_ROLE,
    form: 'bare',
  },
  {
    key: 'setting',
    title: 'bare setting',
    about:
      "neonpro's: `organisation_id = current_setting('app.current_clinic_id')::uuid`, believed unverified",
    role: 'bench_setting',
    form: 'bare',
    fromSetting: true,
  },
  {
    key: 'naive',
    title: 'EXISTS',
    about: 'EXISTS on the memberships, as most tutorials have it',
    role: 'bench_naive',
    form: 'bare',
  },
  {
    key: 'naive_filtered',
    title: 'EXISTS, filtered',
    about: 'the same, and the query names the tenant',
    role: 'bench_naive',
    form: 'filtered',
  },
  {
    key: 'per_row',
    title: 'function per row',
    about: "a function of the row's tenant in the policy, as basejump has it",
    role: 'bench_per_row',
    form: 'bare',
  },
  {
    key: 'per_row_filtered',
    title: 'function per row, filtered',
    about: 'the same, and the query names the tenant',
    role: 'bench_per_row',
    form: 'filtered',
  },
];

const ROLES = ['bench_limit', 'bench_naive', 'bench_per_row', 'bench_setting'];

const CONDITIONS: Readonly<Record<string, (table: string) => string>> = {
  bench_naive: (table) => `exists (
    select 1 from public.organisation_members as m
    where m.organisation_id = ${table}.organisation_id and m.user_id = auth.uid() and m.is_active)`,
  bench_per_row: () => 'bench.has_role_on(organisation_id)',
  bench_setting: () => `organisation_id = current_setting('app.current_clinic_id')::uuid`,
};

/** Creates the roles and their policies on every table with row-level security and a tenant. */
export function stylesSql(tables: readonly string[]): string {
  const policies = tables.flatMap((table) =>
    Object.entries(CONDITIONS).map(([role, condition]) => {
      // A member reads their own memberships, or EXISTS would ask itself for ever.
      const text =
        table === 'organisation_members' && role === 'bench_naive'
          ? 'user_id = auth.uid()'
          : condition(table);
      return `
        drop policy if exists ${role} on public.${table};
        create policy ${role} on public.${table} for all to ${role} using (${text}) with check (${text});`;
    }),
  );
  const roles = ROLES.map(
    (role) => `
      do $$ begin
        if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
      end $$;
      grant ${role} to authenticator;
      grant usage on schema public, auth, bench to ${role};
      grant select, insert, update on all tables in schema public to ${role};
      grant execute on function authz.uuid_v7() to ${role};
      grant execute on all functions in schema public to ${role};`,
  );
  return `
    create or replace function bench.has_role_on(organisation uuid) returns boolean
      language sql stable security definer set search_path = public as $$
      select exists (
        select 1 from public.organisation_members as m
        where m.user_id = auth.uid() and m.organisation_id = $1 and m.is_active
      )
    $$;
    ${roles.join('\n')}
    alter role bench_limit bypassrls;
    grant execute on function bench.has_role_on(uuid) to bench_per_row;
    ${policies.join('\n')}`;
}
