-- authz.tg_admissions__care: who was let in for a stay is out three days after it, and has written its end by then; out at once where there was none.
create or replace function authz.tg_admissions__care()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
begin
  -- An older snapshot does not show what a colleague gave since, and would leave it open without an end.
  if current_setting('transaction_isolation') <> 'read committed' and exists (
    select
    from changed as a
    join before as b on b.organisation_id = a.organisation_id and b.id = a.id
    where (a.status, a.archived_at is null) is distinct from (b.status, b.archived_at is null)
  ) then
    perform authz.require_read_committed();
  end if;
  update public.care_relationships as c
     set ends_at = least(c.ends_at, v_now + case when a.archived_at is null then interval '3 days' else interval '0' end)
    from changed as a
    join before as b on b.organisation_id = a.organisation_id and b.id = a.id
   where c.organisation_id = a.organisation_id
     and c.patient_id = a.patient_id
     and c.ground = 'admission'
     and c.ground_id = a.id
     and (c.ends_at is null or c.ends_at > v_now)
     and c.archived_at is null
     and (a.status, a.archived_at is null) is distinct from (b.status, b.archived_at is null)
     and (a.status <> 'admitted' or a.archived_at is not null);
  return null;
end
$$;
comment on function authz.tg_admissions__care() is
  'Ends what assign_care gave for a stay three days after its end, and at once where it is archived; CD007 above READ COMMITTED. [N-21, S-17]';
alter function authz.tg_admissions__care() owner to cordon_definer;
revoke all on function authz.tg_admissions__care() from public;
