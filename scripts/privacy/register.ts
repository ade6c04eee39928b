import type pg from 'pg';
import { misuse } from '../console/errors.ts';

/** The record of processing operations (LGPD art. 37), as the database tells it. Names of organisations, and of nobody else. */
export interface Register {
  readonly controllers: readonly Controller[];
  readonly purposes: readonly Purpose[];
  readonly tables: readonly Processed[];
  readonly retention: readonly Floor[];
  readonly deadlines: readonly Deadline[];
  readonly measures: readonly Measure[];
  /** Who processes on behalf of the controllers; null where the database keeps no list of them. */
  readonly processors: readonly Readonly<Record<string, unknown>>[] | null;
}
interface Controller {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly regime: string;
  readonly privacy_contact: string | null;
  readonly legal_bases: readonly string[];
}
interface Purpose {
  readonly purpose: string;
  readonly version: number;
  readonly description: string;
  readonly data_categories: readonly string[];
  readonly recipients: readonly string[];
  readonly retention: string;
  /** The highest level that staff who name it can reach, by domain. */
  readonly reaches: Readonly<Record<string, string>>;
  /** How many people's data is used for it now, by legal basis. */
  readonly in_force: Readonly<Record<string, number>>;
  /** Kinds of recipients that data went to for it. */
  readonly disclosed_to: readonly string[];
}
interface Processed {
  readonly table: string;
  readonly about: string;
  readonly level: string;
  readonly domain: string;
  readonly retention: string;
  readonly subjects: readonly string[];
  readonly on_erasure: string;
}
interface Floor {
  readonly retention: string;
  readonly regime: string;
  readonly keep: string;
  readonly basis: string;
}
interface Deadline {
  readonly duty: string;
  readonly regime: string;
  readonly within: string;
  readonly basis: string;
}
interface Measure {
  readonly measure: string;
  readonly found: number;
}

/**
 * Reads the register off a database.
 *
 * @param client as the role that migrates.
 * @throws CommandError (exit code 2) for a database without one, or a login that may not read it.
 */
export async function readRegister(client: pg.ClientBase): Promise<Register> {
  await requireRegister(client);
  const all = async <T>(text: string) => (await client.query<T & pg.QueryResultRow>(text)).rows;
  return {
    controllers: await all<Controller>(`
      select o.id, o.name, o.country, o.regime, s.privacy_contact, coalesce(s.legal_bases, '{consent}') as legal_bases
      from public.organisations as o
      left join public.organisation_settings as s on s.organisation_id = o.id
      where o.archived_at is null
      order by o.name, o.id`),
    purposes: await all<Purpose>(`
      select v.purpose, v.version, v.description, v.data_categories, v.recipients, v.retention,
        coalesce((select jsonb_object_agg(g.domain, g.level) from governance.purpose_grants as g where g.purpose = v.purpose), '{}') as reaches,
        coalesce(
          (
            select jsonb_object_agg(c.legal_basis, c.people)
            from (
              select c.legal_basis, count(distinct (c.organisation_id, c.patient_id)) as people
              from public.consents as c
              where c.purpose = v.purpose and c.status = 'active' and c.archived_at is null
                and least(c.expires_at, c.superseded_at, 'infinity') > now()
              group by c.legal_basis
            ) as c
          ),
          '{}'
        ) as in_force,
        array(
          select distinct d.recipient_kind from public.disclosures as d where d.purpose = v.purpose order by d.recipient_kind
        ) as disclosed_to
      from public.consent_purpose_versions as v
      where v.takes_effect_at <= now()
        and not exists (
          select from public.consent_purpose_versions as n
          where n.purpose = v.purpose and n.version > v.version and n.takes_effect_at <= now()
        )
      order by v.purpose`),
    tables: await all<Processed>(`
      select c.schema_name || '.' || c.table_name as table, coalesce(obj_description(to_regclass(format('%I.%I', c.schema_name, c.table_name))), '') as about,
        c.level, c.domain, c.retention,
        case when g.relation is not null and c.subjects is null then '{patient}' else coalesce(c.subjects, '{}') end as subjects,
        coalesce(
          (
            select string_agg(
              case when r.column_name = '*' then '' else r.column_name || ': ' end || r.action || coalesce(' after ' || r.kept_for, '') || ' (' || r.basis || ')',
              '; ' order by r.column_name <> '*', r.column_name
            )
            from governance.erasure_rules as r
            where r.schema_name = c.schema_name and r.table_name = c.table_name
          ),
          case when g.relation is null then 'not reached by a patient''s request' else '' end
        ) as on_erasure
      from governance.classification as c
      left join governance.subject_graph() as g on g.relation = format('%I.%I', c.schema_name, c.table_name)
      order by 1`),
    retention: await all<Floor>(`
      select r.retention, r.regime, r.keep::text as keep, r.basis from governance.retention_rules as r order by r.retention, r.regime`),
    deadlines: await all<Deadline>(`
      select d.duty, d.regime, d.amount || ' ' || replace(d.unit, '_', ' ') as within, d.basis from governance.deadlines as d order by d.duty, d.regime`),
    measures: await all<Measure>(`
      with tables as (
        select c.oid, c.relrowsecurity and c.relforcerowsecurity as is_guarded
        from governance.classification as k
        join pg_class as c on c.oid = to_regclass(format('%I.%I', k.schema_name, k.table_name))
      )
      select 'tables with row-level security, enabled and forced' as measure, count(*) filter (where is_guarded)::integer as found from tables
      union all select 'tables without it', count(*) filter (where not is_guarded)::integer from tables
      union all select 'policies', count(*)::integer from pg_policy where polrelid in (select oid from tables)
      union all select 'append-only tables whose rows are sealed', (select count(*)::integer from audit.sealed_tables())
      union all select 'seals over them', (select count(*)::integer from audit.seals)
      union all select 'legal holds in force', (select count(*)::integer from public.legal_holds where released_at is null)
      union all select 'subject requests past their deadline',
        (select count(*)::integer from public.subject_requests where due_at <= now() and status in ('received', 'in_progress'))
      union all select 'incidents past their notice',
        (select count(*)::integer from public.security_incidents where notify_by <= now() and status = 'open')
      union all select 'incidents past their notice to the people', (
        select count(*)::integer from public.security_incidents
        where notify_by <= now() and status in ('open', 'notified') and subjects_notified_at is null and subjects_not_told_reason is null
      )`),
    processors: (
      await all<{ found: boolean }>(`select to_regclass('governance.processors') is not null as found`)
    )[0]?.found
      ? // As the server writes them: a day that Node reads begins at midnight where Node runs, and is another day elsewhere.
        (
          await all<{ processor: Record<string, unknown> }>(
            // Who registered them stands on the row, for operations: no login is part of the record.
            `select row_to_json(p) as processor
            from (
              select id, service, name, no_training, dpa_from, dpa_until, archived_at from governance.processors order by id
            ) as p`,
          )
        ).map(({ processor }) => processor)
      : null,
  };
}

async function requireRegister(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ found: boolean; may: boolean }>(
    `select exists (select from pg_class where relname = 'purpose_grants') as found,
       coalesce(bool_and(has_schema_privilege(n.oid, 'usage')), false) and pg_has_role('cordon_definer', 'member') as may
     from pg_namespace as n where n.nspname in ('governance', 'audit') and exists (select from pg_roles where rolname = 'cordon_definer')`,
  );
  if (rows[0]?.found && rows[0].may) return;
  throw misuse(
    rows[0]?.found
      ? {
          problem: 'this login may not read the register',
          expected: 'the role that migrates, in DATABASE_URL',
        }
      : {
          problem: 'this database has no register yet',
          expected: 'the table governance.purpose_grants',
          remedy: 'npm run db:migrate',
        },
  );
}
