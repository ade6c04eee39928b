-- governance.delete_rows: deletes rows of one table, and tells which. Nobody is granted DELETE anywhere and triggers refuse it on what is sealed: only
-- here, and only for as long as this takes, do triggers that guard deletion stand aside. A transaction sees it, and nobody else: what ends half-way
-- leaves them as they were. Foreign keys stay, so that nothing is torn from what refers to it. Nobody writes there
-- meanwhile (governance.hold_table).
create or replace function governance.delete_rows(
  relation text, condition text, organisation_id uuid, patient_id uuid, at timestamptz, out row_count bigint, out record_keys text[]
)
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_oid constant regclass := relation::regclass;
  v_trigger record;
  v_silenced text[] := '{}';
begin
  -- Most tables have nothing due, and then nothing is locked.
  execute format('select exists (select from %s as t where %s)', v_oid, condition)
    into strict v_trigger
    using organisation_id, patient_id, at;
  if not v_trigger.exists then
    row_count := 0;
    return;
  end if;
  perform governance.hold_table(relation);
  for v_trigger in
    select t.tgname
    from pg_trigger as t
    where t.tgrelid = v_oid
      and not t.tgisinternal
      and t.tgtype & 8 = 8 -- delete
      and t.tgenabled = 'A'
  loop
    execute format('alter table %s disable trigger %I', v_oid, v_trigger.tgname);
    v_silenced := v_silenced || v_trigger.tgname::text;
  end loop;
  execute format(
    'with gone as (delete from %s as t where %s returning %s as key) select count(*), array_agg(key order by key collate "C") from gone',
    v_oid, condition, audit.key_expression(relation)
  )
  into row_count, record_keys
  using organisation_id, patient_id, at;
  for v_place in 1..cardinality(v_silenced) loop
    execute format('alter table %s enable always trigger %I', v_oid, v_silenced[v_place]);
  end loop;
end
$$;
comment on function governance.delete_rows(text, text, uuid, uuid, timestamptz) is
  'Deletes rows t of a table by a condition ($1 organisation, $2 patient, $3 moment), guards of deletion standing aside; how many, and their keys. CD018 where somebody writes there for longer than its caller waits, or waits for what is locked already. [N-49]';
revoke all on function governance.delete_rows(text, text, uuid, uuid, timestamptz) from public;
