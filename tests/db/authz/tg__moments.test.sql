-- authz.tg__moments: when something was or will be is a moment, or a day, of the calendar.
begin;

create temporary table timed (relation regclass, column_name text);
insert into timed values
  ('public.agreements', 'starts_on'), ('public.agreements', 'ends_on'), ('public.appointments', 'starts_at'), ('public.appointments', 'ends_at'),
  ('public.care_relationships', 'starts_at'), ('public.medical_records', 'occurred_at');
-- One row is changed, in the organisation that it belongs to.
create function pg_temp.written(relation regclass, column_name text, value jsonb) returns text language plpgsql as $$
declare
  v_rows integer;
  v_message text;
begin
  execute format('select set_config(''app.pinned_organisation_id'', (select coalesce(to_jsonb(r) ->> ''organisation_id'', to_jsonb(r) ->> ''id'') from %s as r order by id limit 1), true)', relation);
  execute format('update %1$s set %2$I = (jsonb_populate_record(null::%1$s, %3$L)).%2$I where ctid = (select ctid from %1$s as r order by id limit 1)',
    relation, column_name, jsonb_build_object(column_name, value));
  get diagnostics v_rows = row_count;
  return v_rows || ' written';
exception
  when others then
    get stacked diagnostics v_message = message_text;
    return sqlstate || ' ' || v_message;
end
$$;

select plan(18);
select is(pg_temp.written(t.relation, t.column_name, to_jsonb(m.moment)), format('23514 %s.%s takes a moment', split_part(t.relation::text, '.', -1), t.column_name),
  format('%s.%s is not %s [S-16 -]', t.relation, t.column_name, m.moment))
from timed as t
cross join (values ('infinity'::text), ('-infinity')) as m (moment);
-- A visit ends after it began, and what is written down was before that.
select is(pg_temp.written(t.relation, t.column_name, to_jsonb(case t.relation when 'public.appointments'::regclass then v.starts_at + '1 minute' when 'public.medical_records'::regclass then '2026-01-02' else now() end)), '1 written',
  format('%s.%s is a moment of the calendar [S-16 +]', t.relation, t.column_name))
from timed as t
cross join lateral (select case t.column_name when 'ends_at' then a.ends_at else a.starts_at end as starts_at from public.appointments as a order by a.id limit 1) as v;

select * from finish();
rollback;
