-- governance.erase_rows: does what governance.erasure_rules say with the rows of one patient: destroys what no law keeps, and tells of the rest why and
-- until when it stays. What names the person goes; the id stays, and is nobody's (A14). Of the migrating role, because nobody else may delete: it asks
-- for nobody's rights, so that only erase_subject and plan_erasure may call it, which do. It holds tables against everybody who writes there, of whatever
-- clinic: no wait is longer than its patience, for a row that is locked and not written either, of which governance.hold_table does not know. A preview
-- has hardly any: it may be asked for as often as its officer likes, and each wait would be everybody's.
create or replace function governance.erase_rows(organisation_id uuid, patient_id uuid, request_id uuid, patience text default '5s')
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_by constant text := coalesce(authz.user_id()::text, session_user::text);
  v_graph constant jsonb := (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g);
  v_table record;
  v_rule record;
  v_due record;
  v_dues jsonb := '[]';
  v_keys_of jsonb[];
  v_is_open boolean := true;
  v_until timestamptz;
  v_keys text[];
  v_places text[];
  v_count bigint;
  v_is_gone boolean;
  v_destroyed jsonb := '[]';
  v_kept jsonb := '[]';
  v_entry jsonb;
  v_logins uuid[];
begin
  -- Of every wait, also for who keeps a job locked.
  perform set_config('lock_timeout', erase_rows.patience, true);
  -- Jobs before all else: whoever moves a job holds it and goes on to the transfer, and a company that keeps one locked keeps this waiting alone, and
  -- nobody at the clinic behind it: no table is held yet. A hold that is found takes it back.
  v_places := authz.forget_places(erase_rows.organisation_id, erase_rows.patient_id);
  -- Logins before the patient: whoever proposes one is writing to them already when they wait for the patient, and would be who is turned away. And birth
  -- dates before logins, whose end they keep (authz.tg_patient_identity__of_age), for the same reason: the table where the row will go, else the row alone,
  -- since a clinic that registers a thousand patients writes there for long.
  if exists (
    select
    from public.patient_accounts as a
    where a.organisation_id = erase_rows.organisation_id
      and a.patient_id = erase_rows.patient_id
  ) then
    if exists (
      select
      from governance.erasure_rules as r
      where r.schema_name = 'public'
        and r.table_name = 'patient_identity'
        and r.column_name = '*'
        and r.action <> 'keep'
        and (
          r.kept_for is null
          or coalesce(governance.kept_until(erase_rows.organisation_id, erase_rows.patient_id, r.kept_for, v_graph), v_now) <= v_now
        )
    ) then
      perform governance.hold_table('public.patient_identity');
    else
      perform
      from public.patient_identity as i
      where i.organisation_id = erase_rows.organisation_id
        and i.id = erase_rows.patient_id
      for no key update;
    end if;
    perform governance.hold_table('public.patient_accounts');
  end if;
  -- A hold is set before or after, never in between: it would come to nothing. Both lock the organisation, so that no other waits.
  perform
  from public.organisations as o
  where o.id = erase_rows.organisation_id
  for no key update;
  perform authz.lock_patient(erase_rows.organisation_id, erase_rows.patient_id);
  if exists (
    select
    from public.legal_holds as h
    where h.organisation_id = erase_rows.organisation_id
      and (h.patient_id is null or h.patient_id = erase_rows.patient_id)
      and h.released_at is null
  ) then
    raise exception 'a legal hold keeps this data'
      using errcode = 'CD020', hint = 'Release the hold first, or refuse the request on its ground.';
  end if;
  perform set_config('app.pinned_organisation_id', erase_rows.organisation_id::text, true);
  -- What was never confirmed may be a proposal of anybody's login.
  select array_agg(a.user_id)
    into v_logins
    from public.patient_accounts as a
   where a.organisation_id = erase_rows.organisation_id
     and a.patient_id = erase_rows.patient_id
     and a.relationship = 'self'
     and a.confirmed_at is not null;

  -- Decided before anything is destroyed: what is gone says no longer when it was written.
  for v_table in
    select g.relation, g.relation::regclass as oid, g.condition, n.nspname as schema_name, c.relname as table_name
    from governance.subject_graph() with ordinality as g (relation, condition, via, place)
    join pg_class as c on c.oid = g.relation::regclass
    join pg_namespace as n on n.oid = c.relnamespace
    order by g.place desc -- what refers before what it refers to
  loop
    if not exists (
      select
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name and r.table_name = v_table.table_name and r.column_name = '*'
    ) then
      raise exception 'no rule says what erasure does with a table'
        using errcode = 'CD020', detail = v_table.relation, hint = 'Add it to governance.erasure_rules, by a migration.';
    end if;
    v_is_gone := false;
    for v_rule in
      select r.column_name, r.action, r.kept_for, r.replacement, r.basis
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name
        and r.table_name = v_table.table_name
      order by r.column_name <> '*', r.column_name
    loop
      continue when v_is_gone;
      v_until := case
        when v_rule.kept_for is not null then governance.kept_until(erase_rows.organisation_id, erase_rows.patient_id, v_rule.kept_for, v_graph)
      end;
      v_entry := jsonb_build_object('table', v_table.relation, 'column', v_rule.column_name, 'basis', v_rule.basis);
      if v_rule.action = 'keep' or v_until > v_now then
        execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_table.oid, v_table.condition)
          into v_count
          using erase_rows.organisation_id, erase_rows.patient_id;
        if v_count > 0 then
          v_kept := v_kept || (v_entry || jsonb_build_object('rows', v_count, 'until', to_char(v_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
        end if;
        continue;
      end if;
      v_is_gone := v_rule.action = 'delete';
      v_dues := v_dues || jsonb_build_object(
        'table', v_table.relation, 'condition', v_table.condition, 'column', v_rule.column_name, 'replacement', v_rule.replacement, 'entry', v_entry
      );
    end loop;
  end loop;

  if v_places is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.transfer_jobs', 'column', 'packet', 'rows', cardinality(v_places), 'basis', 'where somebody was fetched and brought: nothing asks to keep it'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.transfer_jobs', 'packet', v_places, v_by);
  end if;

  -- Never what is referred to by what is kept. What is deleted frees what it referred to: again until nothing is.
  v_keys_of := array_fill('[]'::jsonb, array[jsonb_array_length(v_dues)]);
  while v_is_open loop
    v_is_open := false;
    for v_due in
      select d.place::integer as place, d.due ->> 'table' as relation, (d.due ->> 'table')::regclass as oid, d.due ->> 'condition' as condition,
        d.due ->> 'column' as column_name, d.due ->> 'replacement' as replacement
      from jsonb_array_elements(v_dues) with ordinality as d (due, place)
      order by d.place
    loop
      v_keys := null;
      if v_due.column_name = '*' then
        select d.record_keys
          into v_keys
          from governance.delete_rows(
            v_due.relation,
            format('t.organisation_id = $1 and (%s) and %s', v_due.condition, governance.unreferenced(v_due.relation, false)),
            erase_rows.organisation_id, erase_rows.patient_id, v_now
          ) as d;
      elsif v_keys_of[v_due.place] = '[]' then
        execute format(
          'with blanked as (
             update %1$s as t set %2$I = replace(%3$L, ''{id}'', t.id::text)
             where t.organisation_id = $1 and (%4$s) and t.%2$I is distinct from replace(%3$L, ''{id}'', t.id::text)
             returning %5$s as key
           ) select array_agg(key order by key collate "C") from blanked',
          v_due.oid, v_due.column_name, v_due.replacement, v_due.condition, audit.key_expression(v_due.relation)
        )
        into v_keys
        using erase_rows.organisation_id, erase_rows.patient_id;
      end if;
      if v_keys is not null then
        v_keys_of[v_due.place] := v_keys_of[v_due.place] || to_jsonb(v_keys);
        v_is_open := true;
      end if;
    end loop;
  end loop;
  for v_due in
    select d.due ->> 'table' as relation, d.due ->> 'column' as column_name, d.due -> 'entry' as entry, d.due ->> 'condition' as condition,
      array(select k.value from jsonb_array_elements_text(v_keys_of[d.place::integer]) as k order by k.value collate "C") as record_keys
    from jsonb_array_elements(v_dues) with ordinality as d (due, place)
    order by d.place
  loop
    if v_due.record_keys <> '{}' then
      v_destroyed := v_destroyed || (v_due.entry || jsonb_build_object('rows', cardinality(v_due.record_keys)));
      perform governance.bury(
        erase_rows.organisation_id, 'erasure', erase_rows.request_id, v_due.relation, nullif(v_due.column_name, '*'), v_due.record_keys, v_by
      );
    end if;
    continue when v_due.column_name <> '*';
    execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_due.relation::regclass, v_due.condition)
      into v_count
      using erase_rows.organisation_id, erase_rows.patient_id;
    if v_count > 0 then
      v_kept := v_kept || (v_due.entry || jsonb_build_object('rows', v_count, 'until', null, 'basis', 'is referred to by what is kept'));
    end if;
  end loop;
  select count(*)
    into v_count
    from storage.objects as o
   where o.bucket_id = 'patient-documents'
     and o.name like erase_rows.organisation_id || '/' || erase_rows.patient_id || '/%'
     and not exists (select from public.documents as d where d.organisation_id = erase_rows.organisation_id and d.object_path = o.name);
  if v_count > 0 then
    v_kept := v_kept || jsonb_build_object(
      'table', 'storage.objects', 'column', '*', 'rows', v_count, 'until', null,
      'basis', 'files open to nobody any more: a server takes them out of Storage, removeErased of cordon/documents'
    );
  end if;

  -- Beyond the tenant: names in jobs that are still under way, and the name of a login that is a patient's and nothing else.
  perform authz.forget_passengers(erase_rows.organisation_id, erase_rows.patient_id, '-infinity');
  with blanked as (
    update public.profiles as p
       set display_name = 'erased'
     where p.user_id = any (v_logins)
       and p.display_name <> 'erased'
       and not exists (select from public.patient_accounts as a where a.user_id = p.user_id)
       and not exists (select from public.organisation_members as m where m.user_id = p.user_id)
       and not exists (select from public.ops_members as m where m.user_id = p.user_id)
    returning array[p.user_id::text]::text as key
  )
  select array_agg(b.key order by b.key) into v_keys from blanked as b;
  if v_keys is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.profiles', 'column', 'display_name', 'rows', cardinality(v_keys), 'basis', 'names the person behind a login that opens nothing any more'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.profiles', 'display_name', v_keys, v_by);
  end if;
  perform governance.close_burial(erase_rows.organisation_id, 'erasure', erase_rows.request_id, v_by);
  -- Whoever reads what is kept signs in for it.
  select array_agg(u.user_id)
    into v_logins
    from unnest(v_logins) as u (user_id)
   where not exists (
     select
     from public.patient_accounts as a
     where a.organisation_id = erase_rows.organisation_id
       and a.patient_id = erase_rows.patient_id
       and a.user_id = u.user_id
   );
  if v_logins is not null then
    v_kept := v_kept || jsonb_build_object(
      'table', 'auth.users', 'column', '*', 'rows', cardinality(v_logins), 'until', null,
      'basis', 'logins are the platform''s: delete them with the Auth admin API'
    );
  end if;
  return jsonb_build_object('patient_id', erase_rows.patient_id, 'destroyed', v_destroyed, 'kept', v_kept);
exception
  when lock_not_available then
    raise exception 'somebody keeps locked what is to be destroyed'
      using errcode = 'CD018', hint = 'Ask again when the transaction that keeps it has ended; nothing was destroyed.';
end
$$;
comment on function governance.erase_rows(uuid, uuid, uuid, text) is
  'Erases a patient by governance.erasure_rules {patient_id, destroyed: [{table, column, rows, basis}], kept: [{table, column, rows, basis, until}]}. CD007 above READ COMMITTED, CD018 where something of it is locked for longer than its patience, CD020 under a hold, or for a table without a rule. [N-49]';
revoke all on function governance.erase_rows(uuid, uuid, uuid, text) from public;
grant execute on function governance.erase_rows(uuid, uuid, uuid, text) to cordon_definer;
