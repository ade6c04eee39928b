-- authz.tg__overwritten: what a chart said and says no more, where no earlier version keeps it: who wrote over it, when, and which columns. Neither what
-- stood there nor its digest: there are so few diagnoses that whoever reads events could try them all. What was empty is no loss.
create or replace function authz.tg__overwritten()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_before constant jsonb := to_jsonb(old);
  v_after constant jsonb := to_jsonb(new);
  v_columns constant text[] := array(
    select c.name
    from unnest(tg_argv) with ordinality as c (name, place)
    where v_before -> c.name <> v_after -> c.name
      and v_before -> c.name not in ('null', '[]', '{}', '""')
    order by c.place
  );
begin
  if v_columns <> '{}' then
    perform authz.record_security_event(
      new.organisation_id, 'chart.overwritten', new.id, jsonb_build_object('table', tg_table_name, 'columns', v_columns)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg__overwritten() is
  'Records which columns of a chart were written over, and never with what. Arguments: the columns that are told of. [N-37, S-16]';
alter function authz.tg__overwritten() owner to cordon_definer;
revoke all on function authz.tg__overwritten() from public;
