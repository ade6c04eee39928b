import { type Faults, rewritten, silenced } from './fault.ts';

const LIVE_SESSION = rewritten(
  'authz.caller()',
  'when caller.session_id is not null then exists (',
  'when caller.session_id is not null then true or exists (',
);

export const TENANTS_AND_CHANGES: Faults = {
  'S-01': {
    told: 'a table whose row-level security is not forced',
    plant: 'alter table public.patients no force row level security',
    caught: /public\.patients .*not forced/,
  },
  'S-02': {
    told: 'a fence that lets everybody in',
    plant: 'alter policy provider_fence on public.patients using (true) with check (true)',
    caught: /public\.patients/,
  },
  'S-03': {
    told: 'a table whose rows may move to another clinic',
    plant: 'drop trigger _050_tenant on public.patients',
    caught: /public\.patients tg__tenant/,
  },
  'S-04': {
    told: 'a view with the rights of its owner',
    plant: 'alter view public.patient_profiles reset (security_invoker)',
    caught: /patient_profiles/,
  },
  'S-05': {
    told: 'a table that the server writes without a pin',
    plant: silenced('public.patients', '_050_tenant'),
    caught: /public\.patients tg__tenant/,
  },
  'S-10': {
    told: 'a public bucket',
    plant: `insert into storage.buckets (id, name, public) values ('planted', 'planted', true)`,
    caught: /no bucket is public/,
  },
  'S-12': {
    told: 'a column of credentials',
    plant: 'alter table public.profiles add column password_hash text',
    caught: /public\.profiles/,
  },
  'S-13': { told: 'a session that never ends', plant: LIVE_SESSION, caught: /reads nothing/ },
  'S-14': {
    told: 'a recovery link that counts as a password',
    plant: `do $fault$ begin execute replace(pg_get_functiondef('authz.caller()'::regprocedure), 'recovery', 'planted'); end $fault$`,
    caught: /recovery link/,
  },
  'S-15': {
    told: 'a password change that ends no session',
    plant: 'alter table auth.users disable trigger _800_password',
    caught: /no session is left/,
  },
  'S-16': {
    told: 'a table without stamps',
    plant: 'drop trigger _100_stamp on public.patients',
    caught: /public\.patients tg__stamp/,
  },
  'S-17': {
    told: 'beds whose flips are not stamped',
    plant: silenced('public.beds', '_110_status_stamp'),
    caught: /flip is stamped/,
  },
  'S-18': {
    told: 'cases whose steps are not recorded',
    plant: silenced('public.cases', '_600_activity'),
    caught: /one entry more/,
  },
  'S-19': {
    told: 'events that may say anything',
    plant: 'alter table public.case_activity_log drop constraint case_activity_log_details_check',
    caught: /checked by type/,
  },
  'S-20': {
    told: 'a record that may be changed',
    plant: silenced('public.case_activity_log', '_020_append_only'),
    caught: /case_activity_log/,
  },
  'S-21': {
    told: 'insights that are on from the start',
    plant: 'alter table public.organisation_settings alter column smart_insights_enabled set default true',
    caught: /has it off|is created/,
  },
  'S-22': {
    told: 'one part more of what is handed out',
    plant: rewritten('public.smart_insights_payload()', `'modules', (`, `'more', '[]'::jsonb, 'modules', (`),
    caught: /these parts and no other/,
  },
  'S-23': {
    told: 'birth dates in reach of who hands out',
    plant: 'grant select (birth_date) on public.patient_identity to cordon_insights',
    caught: /public\.patient_identity is in reach/,
  },
  'S-24': {
    told: 'a vendor that may train',
    plant: rewritten('authz.lock_insights()', 'and p.no_training', ''),
    caught: /may train nothing/,
  },
  'S-25': {
    told: 'a switch that does nothing',
    plant: rewritten('authz.lock_insights()', 'and s.smart_insights_enabled', ''),
    caught: /switched off/,
  },
  'S-26': {
    told: 'a migration that is no file',
    plant: `insert into supabase_migrations.schema_migrations (version) values ('20991231000000')`,
    caught: /20991231000000 was applied and is no file/,
  },
  'S-27': {
    told: 'callers who may create tables',
    plant: 'grant create on schema public to authenticated',
    caught: /public/,
  },
  'S-28': {
    told: 'a proposal that its proposer answers',
    plant: rewritten('authz.tg_schema_changes__decided()', `current_user = 'cordon_definer'`, 'true'),
    caught: /does not answer/,
  },
  'S-29': {
    told: 'a column more for operations',
    plant: 'grant select (mrn), update (mrn) on public.patients to internal_ops',
    caught: /was not agreed/,
  },
  'S-30': {
    told: 'a right that no rule gives',
    plant: 'grant truncate on public.consents to authenticated',
    caught: /public\.consents/,
  },
  'S-31': {
    told: 'signatures without a user agent',
    plant: rewritten('authz.user_agent()', 'return authz.printable(', 'return null; return authz.printable('),
    caught: /address and user agent/,
  },
  'S-32': {
    told: 'an address as the client writes it',
    plant: rewritten('authz.client_address()', `split_part(v_value, ',', -1)`, `split_part(v_value, ',', 1)`),
    caught: /before the proxy/,
  },
  'S-33': {
    told: 'a form that is signed twice',
    plant: rewritten('public.sign_form(uuid,text,text,text)', `v_form.status <> 'draft'`, 'false'),
    caught: /not signed again/,
  },
  'S-34': {
    told: 'an invoice of operations that a clinic changes',
    plant: silenced('public.invoices', '_060_frozen'),
    caught: /operations took over is not/,
  },
  'S-35': {
    told: 'payments that are not held back',
    plant: silenced('public.payments', '_060_frozen'),
    caught: /changes nothing/,
  },
  'S-36': {
    told: 'a password as it was typed',
    plant: `update auth.users set encrypted_password = 'hunter2' where id = 'a1000000-0000-7000-8000-000000000002'`,
    caught: /1 are no hash/,
  },
  'S-37': {
    told: 'a table that takes card numbers',
    plant: rewritten('authz.is_card_number(text)', 'begin', 'begin return false;'),
    caught: /card number/,
  },
  'S-38': {
    told: 'national numbers that nobody recognises',
    plant: rewritten('authz.is_national_id(text)', 'begin', 'begin return false;'),
    caught: /national number/,
  },
  'S-39': {
    told: 'a function that tells the name of a patient',
    plant: `create function authz.planted() returns void language plpgsql set search_path = pg_catalog, pg_temp as
      $$ declare v_name text := (select p.full_name from public.patients as p limit 1); begin raise exception 'no bed for %', v_name; end $$`,
    caught: /authz\.planted\(\) raises more than its own words/,
  },
};
