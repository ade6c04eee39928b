-- authz.tg_security_incidents__notice: the clock of the notice is the database's, and what was said of an incident that has ended stays.
begin;
select plan(32);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.report(id text, values_of jsonb default '{}') returns void language sql as $$
  insert into public.security_incidents (organisation_id, id, detected_at, summary, subjects_notified_at, authority_notified_at, notify_by)
  values ('a0000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-0000000000' || id)::uuid,
    coalesce((values_of ->> 'detected_at')::timestamptz, '2026-01-05 12:00Z'), 'A laptop was lost.',
    (values_of ->> 'subjects_notified_at')::timestamptz, (values_of ->> 'authority_notified_at')::timestamptz, '2020-01-01');
$$;
create function pg_temp.change(id text, assignments text) returns text language plpgsql as $$
begin
  execute format('update public.security_incidents set %s where organisation_id = %L and id = %L', assignments,
    'a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000' || id);
  return 'done';
exception
  when sqlstate 'CD014' or sqlstate 'CD020' then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.incident(id text) returns public.security_incidents language sql as $$
  select i from public.security_incidents as i
  where i.organisation_id = 'a0000000-0000-7000-8000-000000000001' and i.id = ('00000000-0000-7000-8000-0000000000' || incident.id)::uuid
$$;

select pg_temp.report('f1', '{"authority_notified_at": "2026-01-06", "subjects_notified_at": "2026-01-06 09:00Z"}');
select is(
  (pg_temp.incident('f1')).notify_by, authz.deadline('a0000000-0000-7000-8000-000000000001', 'incident_notice', '2026-01-05 12:00Z'),
  'the notice is due by the law of the organisation, whatever is sent [N-37 +]'
);
select ok((pg_temp.incident('f1')).notify_by between '2026-01-06' and '2026-01-31', 'within the month [N-37 +]');
select is((pg_temp.incident('f1')).authority_notified_at, null, 'no authority was told before it was recorded [N-37 -]');
select is((pg_temp.incident('f1')).detected_at, '2026-01-05 12:00Z', 'it was learnt of when they say [N-37 +]');
select is((pg_temp.incident('f1')).subjects_notified_at, '2026-01-06 09:00Z', 'and people were told when they say [N-37 +]');
select pg_temp.report('f2', '{"detected_at": "2999-01-01"}');
select ok((pg_temp.incident('f2')).detected_at between now() and clock_timestamp(), 'nobody learns of one in the future [N-37 -]');
select is(pg_temp.change('f2', 'subjects_notified_at = ''2999-01-01'''), 'done', 'people are told of it [N-37 +]');
select ok((pg_temp.incident('f2')).subjects_notified_at between now() and clock_timestamp(), 'nobody in the future either [N-37 -]');

select is(pg_temp.change('f1', 'detected_at = ''2026-01-01'', notify_by = ''infinity'', authority_notified_at = now()'), 'done', 'a change of the clock passes [N-37 +]');
select is((pg_temp.incident('f1')).detected_at, '2026-01-05 12:00Z', 'and does not move when they learnt of it [N-37 -]');
select ok((pg_temp.incident('f1')).notify_by < 'infinity', 'nor by when to tell [N-37 -]');
select is((pg_temp.incident('f1')).authority_notified_at, null, 'nor says that the authority was told [N-37 -]');
select is(pg_temp.change('f1', 'status = ''notified'''), 'done', 'the authority is told [N-37 +]');
select ok((pg_temp.incident('f1')).authority_notified_at between now() and clock_timestamp(), 'by the clock [N-37 +]');
select is(pg_temp.change('f1', 'summary = ''Two laptops were lost.'''), 'done', 'the account of one under way is mended [N-37 +]');
select is(pg_temp.change('f1', 'status = ''closed'''), 'done', 'it is closed once people were told [N-37 +]');
select ok((pg_temp.incident('f1')).authority_notified_at is not null, 'and the authority stays told [N-37 +]');
select is(
  pg_temp.change('f1', 'summary = ''No laptop was lost.'''), 'CD014 the account of an incident that has ended stays as it was',
  'what was closed has no other account [N-37 -]'
);
select is(pg_temp.change('f1', 'archived_at = now()'), 'done', 'but is put away [N-37 +]');

select pg_temp.report('f9', '{"detected_at": "2999-01-01", "subjects_notified_at": "2999-01-01"}');
select ok((pg_temp.incident('f9')).detected_at between now() and clock_timestamp(), 'a clock that runs ahead records both at once [N-37 +]');
select is((pg_temp.incident('f9')).subjects_notified_at, (pg_temp.incident('f9')).detected_at, 'at one moment: nobody was told before anybody knew [N-37 +]');

select pg_temp.report('f3');
select is(pg_temp.change('f3', 'status = ''dismissed'''), 'CD020 an incident is dismissed for a reason', 'nobody dismisses one without a reason [N-37 -]');
select is(pg_temp.change('f3', 'measures = ''None yet.'''), 'done', 'an open one needs none [N-37 +]');
select is(pg_temp.change('f3', 'status = ''dismissed'', dismissal_reason = ''Its disk is encrypted.'''), 'done', 'with one it is dismissed [N-37 +]');
select is(
  pg_temp.change('f3', 'dismissal_reason = null'), 'CD014 the account of an incident that has ended stays as it was',
  'for that reason [N-37 -]'
);
select is(pg_temp.change('f3', 'status = ''open'', summary = ''It was found again.'''), 'done', 'it is opened again with another account [N-37 +]');

select pg_temp.report('f4');
select is(pg_temp.change('f4', 'status = ''notified'''), 'done', 'the authority is told of another, of which people were not [N-37 +]');
select is(pg_temp.change('f4', 'status = ''closed'''), 'CD020 an incident ends when the people were told', 'which is not closed [N-37 -]');
select is(
  pg_temp.change('f4', 'status = ''closed'', subjects_not_told_reason = ''Nobody could be reached.'''), 'done', 'before somebody says why [N-37 +]'
);
select is(pg_temp.change('f4', 'archived_at = now()'), 'done', 'and is put away as it ended [N-37 +]');

-- Ended before anybody had to say why.
alter table public.security_incidents disable trigger user;
update public.security_incidents set status = 'closed', subjects_not_told_reason = null where id = '00000000-0000-7000-8000-0000000000f4';
update public.security_incidents set status = 'dismissed', dismissal_reason = null where id = '00000000-0000-7000-8000-0000000000f3';
alter table public.security_incidents enable trigger user;
select is(pg_temp.change('f4', 'archived_at = null'), 'done', 'one that was closed without a word is kept in hand all the same [N-37 +]');
select is(pg_temp.change('f3', 'archived_at = now()'), 'done', 'and one dismissed without a reason put away [N-37 +]');

select * from finish();
rollback;
