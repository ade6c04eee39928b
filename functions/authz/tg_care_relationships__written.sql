-- authz.tg_care_relationships__written: a relationship covers nothing before it was written down, and what was over when somebody read is not made to have
-- gone on: it is ended and begun, never begun earlier or taken up again. Another one is written instead, which counts from its own moment on.
create or replace function authz.tg_care_relationships__written()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (
      (new.starts_at < old.starts_at and new.starts_at < authz.now())
      or (old.ends_at <= authz.now() and coalesce(new.ends_at, 'infinity') > old.ends_at)
    )
    and not authz.is_system()
  then
    raise exception 'a care relationship is not written back in time'
      using errcode = 'CD013', hint = 'Write another one: it counts from now on.';
  end if;
  return new;
end
$$;
comment on function authz.tg_care_relationships__written() is
  'Refuses with CD013 an earlier start that is over, and a later end for what has ended. [N-21, N-39]';
alter function authz.tg_care_relationships__written() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__written() from public;
