-- authz.tg_medical_records__occurred: care that is told of lies in the past, by the server's clock. That of whoever writes may run ahead a little: up to
-- five minutes it was now; what is told of later has not happened. Its trigger calls it for such rows alone.
create or replace function authz.tg_medical_records__occurred()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.occurred_at > new.created_at + interval '5 minutes' then
    raise exception 'medical_records.occurred_at lies ahead'
      using errcode = 'check_violation', constraint = 'medical_records_occurred_at_check',
        hint = 'Say when the care was, once it was; a clock that is five minutes ahead at most is taken for now.';
  end if;
  new.occurred_at := new.created_at;
  return new;
end
$$;
comment on function authz.tg_medical_records__occurred() is
  'Takes a clock that is up to five minutes ahead for now, and refuses with 23514 care of later. [S-16]';
revoke all on function authz.tg_medical_records__occurred() from public;
