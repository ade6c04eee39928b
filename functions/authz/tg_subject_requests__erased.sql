-- authz.tg_subject_requests__erased: that somebody was erased is said by the erasure, and by nobody's word; what is not erased is refused, on a
-- ground that the patient is told (LGPD art. 18 VI, par. 4). Invoker, to know whose hand it is: public.erase_subject alone is the definer's.
create or replace function authz.tg_subject_requests__erased()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.kind = 'erasure' and new.status = 'completed' and old.status <> 'completed' and current_user <> 'cordon_definer' then
    raise exception 'a request for erasure is completed by the erasure'
      using errcode = 'CD013', hint = 'Take it up (in_progress) and call erase_subject; or refuse it, and say on which ground.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_requests__erased() is
  'Refuses with CD013 to complete a request for erasure otherwise than by erase_subject. [N-49]';
revoke all on function authz.tg_subject_requests__erased() from public;
