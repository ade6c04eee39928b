import type { ClientBase } from 'pg';

/** The template with twins beside the one without. */
export const twinsOf = (template: string): string => `${template}_twins`;

/**
 * Gives every row of every tenant a twin: the same row, under the same id, in an organisation that nobody works for. Ids are
 * unique within an organisation only, and whoever writes chooses them; so a function that forgets to ask for the organisation
 * finds two rows, or the wrong one, in whichever test calls it.
 *
 * What lets a login in has none: a twin would make its person a member, or a patient, of two clinics.
 */
export async function addTwins(superuser: ClientBase): Promise<void> {
  await superuser.query(TWINS);
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
             case when a.attname = case c.relname when 'organisations' then 'id' else 'organisation_id' end
               then format('overlay(r.%I::text placing ''ff'' from 35)::uuid', a.attname)
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
