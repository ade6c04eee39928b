-- authz.live_patient_accounts: each of its conditions alone closes a portal account. Triggers are off: they would stamp
-- what is set.
begin;
select plan(12);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.patient_accounts disable trigger user;
alter table public.organisations disable trigger user;
alter table public.patients disable trigger user;

create function pg_temp.accounts_when(assignment text) returns bigint language plpgsql as $$
declare
  v_count bigint;
begin
  execute 'update public.patient_accounts set ' || assignment || ' where id = ''a7000000-0000-7000-8000-000000000001''';
  select count(*) into v_count from authz.live_patient_accounts where user_id = 'a2000000-0000-7000-8000-000000000001';
  update public.patient_accounts set confirmed_at = now(), revoked_at = null, ends_at = null, archived_at = null
  where id = 'a7000000-0000-7000-8000-000000000001';
  return v_count;
end
$$;

select is(pg_temp.accounts_when('revoked_at = null'), 1::bigint, 'an account counts, once [N-15 N-16 +]');
select is(pg_temp.accounts_when('confirmed_at = null'), 0::bigint, 'not before a second member has confirmed it [N-15 -]');
select is(pg_temp.accounts_when('revoked_at = now()'), 0::bigint, 'nor revoked [N-15 N-16 -]');
select is(pg_temp.accounts_when('archived_at = now()'), 0::bigint, 'nor archived [N-15 N-16 -]');
select is(pg_temp.accounts_when('ends_at = now()'), 0::bigint, 'nor once its time is over [N-15 N-16 -]');
select is(pg_temp.accounts_when('ends_at = now() + interval ''1 day'''), 1::bigint, 'and until then [N-15 N-16 +]');

update public.organisations set archived_at = now() where id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.accounts_when('revoked_at = null'), 1::bigint, 'at a closed organisation too: what is kept there is still of somebody [N-15 N-49 +]');
select is(pg_temp.accounts_when('revoked_at = now()'), 0::bigint, 'and not revoked there [N-15 N-16 -]');
update public.organisations set archived_at = null where id = 'a0000000-0000-7000-8000-000000000001';

update public.patients set archived_at = now() where id = 'a3000000-0000-7000-8000-000000000001';
select is(pg_temp.accounts_when('revoked_at = null'), 0::bigint, 'nor of an archived patient [N-15 N-16 -]');
update public.patients set archived_at = null where id = 'a3000000-0000-7000-8000-000000000001';

insert into public.patients (organisation_id, id, mrn, full_name)
values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'SAME-ID', 'Same Id');
select is(pg_temp.accounts_when('revoked_at = null'), 1::bigint, 'a patient of the same id elsewhere makes no second one [N-15 N-24 -]');
update public.patients set archived_at = now() where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a3000000-0000-7000-8000-000000000001';
select is(pg_temp.accounts_when('revoked_at = null'), 0::bigint, 'nor keeps the account of an archived one open [N-15 N-24 -]');
update public.organisations set archived_at = now() where id = 'b0000000-0000-7000-8000-000000000001';
update public.patients set archived_at = null where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a3000000-0000-7000-8000-000000000001';
select is(pg_temp.accounts_when('revoked_at = null'), 1::bigint, 'another organisation that closes changes nothing [N-15 +]');

select * from finish();
rollback;
