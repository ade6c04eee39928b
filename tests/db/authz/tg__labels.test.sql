-- authz.tg__labels: what people tell one thing from another by is what they see.
begin;

-- What an agreement was billed under is kept, and said so for a reason of its own.
create temporary table told (relation regclass, column_name text, kind text, taken text default '1 written');
insert into told values ('public.agreements', 'payer', 'name', 'CD013 an agreement that was billed keeps its payer');
insert into told (relation, column_name, kind) values
  ('public.beds', 'ward', 'number'), ('public.beds', 'label', 'number'), ('public.guarantees_of_payment', 'payer', 'name'),
  ('public.organisation_networks', 'label', 'name'), ('public.organisation_settings', 'privacy_contact', 'name'), ('public.organisations', 'name', 'name'),
  ('public.professionals', 'council', 'number'), ('public.professionals', 'licence', 'number');
-- One row is changed, in the organisation that it belongs to.
create function pg_temp.written(relation regclass, column_name text, value jsonb) returns text language plpgsql as $$
declare
  v_rows integer;
  v_message text;
begin
  execute format('select set_config(''app.pinned_organisation_id'', (select coalesce(to_jsonb(r) ->> ''organisation_id'', to_jsonb(r) ->> ''id'') from %s as r order by r::text limit 1), true)', relation);
  execute format('update %1$s set %2$I = (jsonb_populate_record(null::%1$s, %3$L)).%2$I where ctid = (select r.ctid from %1$s as r order by r::text limit 1)',
    relation, column_name, jsonb_build_object(column_name, value));
  get diagnostics v_rows = row_count;
  return v_rows || ' written';
exception
  when others then
    get stacked diagnostics v_message = message_text;
    return sqlstate || ' ' || v_message;
end
$$;
create function pg_temp.refusal(relation regclass, column_name text) returns text language sql as $$
  select format('23514 %s.%s has blanks at its ends, hidden signs, or no composed form', split_part(relation::text, '.', -1), column_name)
$$;

select plan(81);
select is(pg_temp.written(t.relation, t.column_name, to_jsonb(l.label)), pg_temp.refusal(t.relation, t.column_name), format('%s.%s takes no label %s [S-17 -, S-31 -]', t.relation, t.column_name, l.why))
from told as t
cross join (values (' Ala', 'with a blank before it'), ('Ala ', 'with a blank behind it'), ('', 'of nothing'), (E'Al\u200ba', 'with a sign without width'), (E'Al\u202ea', 'that turns around')) as l (label, why);
select is(pg_temp.written(t.relation, t.column_name, to_jsonb(l.label)), case t.kind when 'number' then pg_temp.refusal(t.relation, t.column_name) else t.taken end,
  format('%s.%s, a %s: %s [S-17 %s]', t.relation, t.column_name, t.kind, l.why, case t.kind when 'number' then '-' else '+' end))
from told as t
cross join (values (E'Al\u200da', 'a joiner'), (E'Ala\ufe0f', 'the shape of a sign'), (E'Ala\u0301', 'no composed form')) as l (label, why);
select is(pg_temp.written(t.relation, t.column_name, to_jsonb('Ala 7'::text)), t.taken, format('%s.%s takes a plain label [S-17 +, S-31 +]', t.relation, t.column_name))
from told as t;

select * from finish();
rollback;
