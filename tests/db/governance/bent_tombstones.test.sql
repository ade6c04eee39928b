-- governance.bent_tombstones: what of the record of what was destroyed does not add up.
begin;
select plan(17);

alter table governance.tombstones disable trigger user;
alter table public.subject_requests disable trigger user;
delete from governance.tombstones;
-- An erasure that was asked for and closed, in words that a statement may bend.
create function pg_temp.bury(clinic text, request text, keys text[] default '{a,b}', destroyed timestamptz default now()) returns void language plpgsql as $$
declare
  v_organisation constant uuid := (clinic || '0000000-0000-7000-8000-000000000001')::uuid;
  v_request constant uuid := ('00000000-0000-7000-8000-0000000000' || request)::uuid;
begin
  insert into public.subject_requests (organisation_id, id, patient_id, kind, status, resolved_at) values (v_organisation, v_request, (clinic || '3000000-0000-7000-8000-000000000001')::uuid, 'erasure', 'completed', now());
  insert into governance.tombstones (organisation_id, cause, cause_id, relation, row_count, keys_sha256, record_keys, destroyed_at, destroyed_by)
  values (v_organisation, 'erasure', v_request, 'public.documents', cardinality(keys), authz.digest(array_to_string(keys, E'\n')), keys, destroyed, 'x');
  insert into governance.tombstones (organisation_id, cause, cause_id, relation, row_count, keys_sha256, destroyed_at, destroyed_by)
  select v_organisation, 'erasure', v_request, 'governance.tombstones', d.tombstones, d.sha256, destroyed, 'x' from governance.burial_digest(v_organisation, 'erasure', v_request) as d;
end
$$;
select pg_temp.bury('a', 'f1');
select pg_temp.bury('b', 'f1');
create function pg_temp.bent(clinic text default null) returns text language sql as $$
  select string_agg(concat_ws(' ', left(b.of_organisation::text, 1), b.cause, right(b.cause_id::text, 2), b.problem), ', ') from governance.bent_tombstones((clinic || '0000000-0000-7000-8000-000000000001')::uuid) as b
$$;
create function pg_temp.bent_by(statement text, clinic text default null) returns text language plpgsql as $$
declare
  v_said text;
begin
  begin
    execute statement;
    v_said := pg_temp.bent(clinic);
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then return v_said;
  end;
end
$$;

select is(pg_temp.bent(), null, 'what was asked for, destroyed and closed adds up [N-49 +]');
select is(pg_temp.bent_by($$ delete from governance.tombstones where relation = 'governance.tombstones' and organisation_id::text like 'a%' $$), 'a erasure f1 not_closed', 'what was never closed is told [N-49 -]');
select is(pg_temp.bent_by($$ delete from governance.tombstones where relation = 'governance.tombstones' $$, 'b'), 'b erasure f1 not_closed', 'of one clinic, where it is asked for [S-05 -]');
select is(pg_temp.bent_by($$ delete from governance.tombstones where relation = 'governance.tombstones' $$), 'a erasure f1 not_closed, b erasure f1 not_closed', 'or of all [N-49 -]');
select is(pg_temp.bent_by($$ insert into governance.tombstones (organisation_id, cause, cause_id, relation, row_count, keys_sha256, destroyed_at, destroyed_by)
  select organisation_id, cause, cause_id, relation, row_count, keys_sha256, destroyed_at, destroyed_by from governance.tombstones where relation = 'governance.tombstones' and organisation_id::text like 'a%' $$), 'a erasure f1 closed_twice', 'what was closed twice [N-49 -]');
select is(pg_temp.bent_by($$ update governance.tombstones set row_count = 2 where relation = 'governance.tombstones' and organisation_id::text like 'a%' $$), 'a erasure f1 not_what_was_closed', 'what is another number than was closed [N-49 -]');
select is(pg_temp.bent_by($$ update governance.tombstones set destroyed_by = 'y', relation = 'public.beds' where relation = 'public.documents' and organisation_id::text like 'a%' $$), 'a erasure f1 not_what_was_closed', 'what is of another table [N-49 -]');
select is(pg_temp.bent_by($$ delete from governance.tombstones where relation = 'public.documents' and organisation_id::text like 'a%' $$), 'a erasure f1 not_what_was_closed', 'what is gone [N-49 -]');
select is(pg_temp.bent_by($$ update governance.tombstones set record_keys = '{a,c}' where relation = 'public.documents' and organisation_id::text like 'a%' $$), 'a erasure f1 keys_of_another_digest', 'what names other rows [N-49 -]');
select is(pg_temp.bent_by($$ update governance.tombstones set record_keys = '{"a\nb"}' where relation = 'public.documents' and organisation_id::text like 'a%' $$), 'a erasure f1 keys_of_another_digest', 'or another number of them [N-49 -]');
select is(pg_temp.bent_by($$ update governance.tombstones set record_keys = null where relation = 'public.documents' $$), null, 'what names none is not asked which [N-49 +]');
select is(pg_temp.bent_by($$ update public.subject_requests set status = 'in_progress', resolved_at = null where organisation_id::text like 'a%' and kind = 'erasure' $$), 'a erasure f1 no_request', 'what was erased for a request that is not completed [N-49 -]');
select is(pg_temp.bent_by($$ update public.subject_requests set kind = 'access' where organisation_id::text like 'a%' and kind = 'erasure' $$), 'a erasure f1 no_request', 'or for one of another kind [N-49 -]');
select is(pg_temp.bent_by($$ delete from public.subject_requests where organisation_id::text like 'a%' and kind = 'erasure' $$), 'a erasure f1 no_request', 'or for none, whatever another clinic was asked [S-05 -]');
select is(pg_temp.bent_by($$ delete from public.subject_requests where kind = 'erasure'; update governance.tombstones set destroyed_at = now() - '99 years'::interval $$), null, 'of what is older than a log is kept, nobody asks [N-49 +]');
select is(pg_temp.bent_by($$ delete from governance.tombstones; insert into governance.tombstones (organisation_id, cause, cause_id, relation, row_count, keys_sha256, record_keys, destroyed_at, destroyed_by)
  values ('a0000000-0000-7000-8000-000000000001', 'retention', '00000000-0000-7000-8000-0000000000f9', 'public.disclosures', 1, authz.digest('a'), '{a}', now(), 'x') $$), 'a retention f9 no_run, a retention f9 not_closed', 'what retention took is of a run [N-49 -]');
select is(pg_temp.bent_by($$ delete from governance.tombstones; insert into governance.tombstones (organisation_id, cause, cause_id, relation, row_count, keys_sha256, destroyed_at, destroyed_by)
  values ('a0000000-0000-7000-8000-000000000001', 'retention', '00000000-0000-7000-8000-0000000000f9', 'public.disclosures', 1, authz.digest('a'), now(), 'x') $$), 'a retention f9 not_closed', 'where what it took was sealed [N-49 +]');

select * from finish();
rollback;
