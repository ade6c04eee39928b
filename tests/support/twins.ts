import type { ClientBase } from 'pg';
import type { Session } from '../../testing/session.ts';
import { PGTAP_SCHEMA } from './pgtap.ts';

/** The template with twins beside the one without. */
export const twinsOf = (template: string): string => `${template}_twins`;

/** The organisation of the twins of another's rows. */
export const twinOrganisationOf = (organisationId: string): string => `${organisationId.slice(0, -2)}ff`;

/**
 * Gives every row of every tenant a twin: the same row, under the same id, in an organisation that nobody works for. Ids are
 * unique within an organisation only, and whoever writes chooses them; so a function that forgets to ask for the organisation
 * finds two rows, or the wrong one, in whichever test calls it.
 *
 * What lets a login in has none: a twin would make its person a member, or a patient, of two clinics.
 */
export async function addTwins(superuser: ClientBase): Promise<void> {
  await superuser.query(TWINS);
  await superuser.query(DIGEST);
}

/** By table: a digest of its twins, null where it has none. */
type Digests = Readonly<Record<string, string | null>>;

/**
 * Does what somebody of an organisation does, and holds afterwards that the twins are as they were: whatever was written
 * was written to their own. Nothing is held of a transaction that is aborted.
 *
 * @throws Error naming the tables in which a twin was changed, added or taken away.
 */
export async function leavingTwinsAlone<T>(
  session: Session,
  committed: CommittedTwins,
  work: () => Promise<T>,
): Promise<T> {
  const result = await work();
  const after = await digests(session);
  const tables = Object.keys(after);
  // Most transactions only read: then there is nothing to compare with.
  if (tables.length === 0) return result;
  const differing = (before: Digests) => tables.filter((table) => after[table] !== (before[table] ?? null));
  // Whoever set the test up may have committed another twin since they were last read.
  if (differing(await committed.lastRead(tables)).length > 0) {
    const changed = differing(await committed.now(tables));
    if (changed.length > 0) throw new Error(`the twins of other rows were changed: ${changed.join(', ')}`);
  }
  return result;
}

/** What the twins of a database are outside of the transaction that is looked at: read table by table, as somebody writes to it. */
export class CommittedTwins {
  readonly #read: (tables: readonly string[]) => Promise<Digests>;
  readonly #last = new Map<string, string | null>();

  /** @param asSuperuser runs `fn` in a transaction of its own. */
  constructor(asSuperuser: (fn: (session: Session) => Promise<Digests>) => Promise<Digests>) {
    this.#read = (tables) => asSuperuser((session) => digests(session, tables));
  }

  async lastRead(tables: readonly string[]): Promise<Digests> {
    const unread = tables.filter((table) => !this.#last.has(table));
    if (unread.length > 0) await this.now(unread);
    return Object.fromEntries(this.#last);
  }

  async now(tables: readonly string[]): Promise<Digests> {
    const read = await this.#read(tables);
    for (const table of tables) this.#last.set(table, read[table] ?? null);
    return read;
  }
}

/** @param tables those that this transaction wrote to when left out. */
async function digests(session: Session, tables?: readonly string[]): Promise<Digests> {
  try {
    return (await session.value<Digests>(`select ${PGTAP_SCHEMA}.twins($1)`, [tables])) ?? {};
  } catch (error) {
    if ((error as { code?: unknown }).code === '25P02') return {};
    throw error;
  }
}

const TWINS = `
do $$
declare
  v_table record;
  v_trigger record;
begin
  -- The twins of what is referred to are there in the end; foreign keys are not asked meanwhile.
  set local session_replication_role = replica;
  for v_table in
    select c.oid::regclass as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns,
           string_agg(
             case
               when a.attname = case c.relname when 'organisations' then 'id' else 'organisation_id' end
               then format('overlay(r.%I::text placing ''ff'' from 35)::uuid', a.attname)
               -- Written after the seal of the seed: dated before it, a row of the trail is a forged one.
               when a.attname = 'created_at' and 'public.' || c.relname in (select audit.sealed_tables()) then 'clock_timestamp()'
               else format('r.%I', a.attname) end,
             ', ' order by a.attnum
           ) as twin
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and c.relname not in ('organisation_members', 'patient_accounts', 'invitations')
      and (c.relname = 'organisations' or exists (
        select from pg_attribute as o where o.attrelid = c.oid and o.attname = 'organisation_id' and not o.attisdropped
      ))
    group by c.oid, c.relname
  loop
    -- Triggers that fire ALWAYS do so in a replica, too.
    execute format('alter table %s disable trigger user', v_table.name);
    execute format(
      'insert into %1$s (%2$s) overriding system value select %3$s from %1$s as r on conflict do nothing',
      v_table.name, v_table.columns, v_table.twin
    );
    for v_trigger in select t.tgname from pg_trigger as t where t.tgrelid = v_table.name and not t.tgisinternal loop
      execute format('alter table %s enable always trigger %I', v_table.name, v_trigger.tgname);
    end loop;
  end loop;
end $$`;

/**
 * What the rows of twins are, by table: asked by anybody, answered with a superuser's rights. Of the tables that are
 * named, or of those that this transaction wrote to, which are few: to read them all after each transaction was half of what the tests' server did.
 */
const DIGEST = `
create function ${PGTAP_SCHEMA}.twins(these text[]) returns jsonb
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres' set bytea_output = 'hex'
as $twins$
declare
  v_query text;
  v_digests jsonb;
begin
  -- Whoever has written has a number of their own, also where it was behind a savepoint.
  if these is null and pg_current_xact_id_if_assigned() is null then
    return '{}';
  end if;
  select string_agg(
      format('select %1$L as relation, sum(hashtextextended(r::text, 0))::text as digest from %1$s as r where right(r.organisation_id::text, 2) = ''ff''', t.name),
      ' union all '
    )
    into v_query
    from (
      select distinct coalesce(pg_partition_root(c.oid), c.oid)::regclass as name
        from pg_class as c
       where c.relnamespace in (select n.oid from pg_namespace as n where n.nspname in ('public', 'governance', 'audit'))
         and c.relkind in ('r', 'p')
         and exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'organisation_id' and not a.attisdropped)
         and case
           when these is null
             then pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid) > 0
           else coalesce(pg_partition_root(c.oid), c.oid)::regclass::text = any (these)
         end
    ) as t;
  if v_query is null then
    return '{}';
  end if;
  execute 'select jsonb_object_agg(d.relation, d.digest) from (' || v_query || ') as d' into v_digests;
  return v_digests;
end
$twins$`;
