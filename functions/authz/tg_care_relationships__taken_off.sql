-- authz.tg_care_relationships__taken_off: whom a clinic_admin put out before their time is let in again by a clinic_admin alone (assign_care). By hand, and at
-- once: what functions of ours end, ends with a visit, a stay or a giver, and what the server ends, or a clinic_admin lets come to an end later, says
-- nothing of who had it. A quarter of an hour is at once, since an application's clock may be ahead. The same hand that lengthens it, or brings it
-- back, takes that back. The transaction's moment, as created_at is the clock's: who is put out of one and given another at once is not out.
create or replace function authz.tg_care_relationships__taken_off()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
begin
  if (new.archived_at is not null and old.archived_at is null) or new.ends_at < coalesce(old.ends_at, 'infinity') then
    if not authz.is_system()
      and (old.ends_at is null or old.ends_at > v_now) -- what was over is put in order
      and (new.archived_at is not null or new.ends_at <= v_now + interval '15 minutes')
    then
      new.taken_off_at := now();
    end if;
  elsif (new.ends_at, new.archived_at) is distinct from (old.ends_at, old.archived_at) then
    new.taken_off_at := null;
  end if;
  return new;
end
$$;
comment on function authz.tg_care_relationships__taken_off() is
  'Stamps what a clinic_admin ends at once or puts away before its time, and takes it back with that. [N-21]';
alter function authz.tg_care_relationships__taken_off() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__taken_off() from public;
