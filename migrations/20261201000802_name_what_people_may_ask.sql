-- migrate:up
-- Why: five things that a law lets people ask had no kind, and deadlines named articles that know none
-- Access: 3 definer functions
--   ~ authz.recipients_of is written, and runs with the rights of its owner
--   ~ public.erase_subject is written, and runs with the rights of its owner
--   ~ public.plan_erasure is written, and runs with the rights of its owner
--   widens: public.erase_subject(uuid), callable by clinic staff, has another text
--   widens: public.plan_erasure(uuid), callable by clinic staff, has another text
--   widens: the check deadlines_duty_check guards governance.deadlines by another definition
--   widens: the check subject_requests_kind_check guards public.subject_requests by another definition
--   widens: the migration itself writes rows of governance.deadlines, which decide what is kept, told and destroyed
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE governance.deadlines
--   ACCESS EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The next migration looks at the rows.
alter table governance.deadlines
  drop constraint deadlines_duty_check,
  add constraint deadlines_duty_check check (
    duty in (
      'confirmation', 'access', 'correction', 'anonymisation', 'erasure', 'portability', 'sharing_list', 'consent_information', 'restriction',
      'objection', 'incident_notice'
    )
  ) not valid;
alter table public.subject_requests
  drop constraint subject_requests_kind_check,
  add constraint subject_requests_kind_check check (
    kind in (
      'confirmation', 'access', 'correction', 'anonymisation', 'erasure', 'portability', 'sharing_list', 'consent_information', 'restriction',
      'objection'
    )
  ) not valid;
comment on column public.subject_requests.kind is
  'What is asked: confirmation (LGPD art. 18 I), access (II), correction (III), anonymisation, blocking too (IV), portability (V), erasure (VI), sharing_list (VII), consent_information (VIII), objection (par. 2), restriction (GDPR art. 18).';
comment on column public.subject_requests.due_at is
  'By when it is to be answered: the law''s deadline, or the house''s where the law names none; computed from governance.deadlines, whatever is sent.';
comment on column governance.deadlines.basis is 'Where it is written; "house rule" where the law names no time.';

insert into governance.deadlines (duty, regime, amount, unit, basis)
select d.duty, r.regime, case when r.regime in ('lgpd', 'other') then 15 else 30 end, 'days', 'house rule'
from unnest('{confirmation,anonymisation,consent_information,restriction}'::text[]) as d (duty)
cross join unnest('{lgpd,hipaa,gdpr,pdpa,other}'::text[]) as r (regime);

update governance.deadlines as d
   set amount = coalesce(b.amount, d.amount),
       basis = b.basis
  from (
    values
      ('confirmation', 'lgpd', null::integer, 'LGPD art. 19 II'),
      ('correction', 'lgpd', null, 'house rule beside LGPD art. 18 III'),
      ('anonymisation', 'lgpd', null, 'house rule beside LGPD art. 18 IV'),
      ('portability', 'lgpd', null, 'house rule beside LGPD art. 18 V'),
      ('erasure', 'lgpd', null, 'house rule beside LGPD art. 18 VI'),
      ('sharing_list', 'lgpd', null, 'house rule beside LGPD art. 18 VII'),
      ('consent_information', 'lgpd', null, 'house rule beside LGPD art. 18 VIII'),
      ('objection', 'lgpd', null, 'house rule beside LGPD art. 18 par. 2'),
      ('restriction', 'lgpd', null, 'house rule beside LGPD art. 18 IV'),
      ('confirmation', 'hipaa', null, 'house rule beside 45 CFR 164.524'),
      ('anonymisation', 'hipaa', null, 'house rule beside 45 CFR 164.514'),
      ('erasure', 'hipaa', null, 'house rule: HIPAA knows no erasure'),
      ('portability', 'hipaa', null, 'house rule beside 45 CFR 164.524(c)(3)(ii)'),
      ('sharing_list', 'hipaa', 60, '45 CFR 164.528(c)(1)'),
      ('consent_information', 'hipaa', null, 'house rule beside 45 CFR 164.508'),
      ('objection', 'hipaa', null, 'house rule beside 45 CFR 164.510'),
      ('restriction', 'hipaa', null, 'house rule beside 45 CFR 164.522(a)'),
      ('confirmation', 'gdpr', null, 'GDPR art. 12(3)'),
      ('anonymisation', 'gdpr', null, 'house rule: GDPR knows erasure and restriction'),
      ('sharing_list', 'gdpr', null, 'GDPR art. 12(3) with art. 15(1)(c)'),
      ('consent_information', 'gdpr', null, 'house rule beside GDPR art. 7'),
      ('restriction', 'gdpr', null, 'GDPR art. 12(3)'),
      ('confirmation', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 30'),
      ('portability', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 31'),
      ('objection', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 32'),
      ('erasure', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 33'),
      ('anonymisation', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 33'),
      ('restriction', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 34'),
      ('correction', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 35'),
      ('sharing_list', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 30'),
      ('consent_information', 'pdpa', null, 'house rule beside PDPA B.E. 2562 s. 19')
  ) as b (duty, regime, amount, basis)
 where d.duty = b.duty
   and d.regime = b.regime;

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.recipients_of: to whom data of a patient went, and who must now be told that it was erased (LGPD art. 18 par. 6, GDPR art. 19): each once, with
-- the last time. Not the patient, who knows; nor operations, whose view
-- closes by itself; nor whoever took it within the clinic.
create or replace function authz.recipients_of(organisation_id uuid, patient_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'recipient_kind', r.recipient_kind, 'recipient_name', r.recipient_name, 'recipient_organisation_id', r.recipient_organisation_id,
          'last_disclosed_at', to_char(r.last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'disclosures', r.times
        )
        order by r.recipient_kind, r.recipient_name, r.recipient_organisation_id
      ),
      '[]'
    )
    from (
      select d.recipient_kind, d.recipient_name, d.recipient_organisation_id, max(d.disclosed_at) as last_at, count(*) as times
      from public.disclosures as d
      where d.organisation_id = recipients_of.organisation_id
        and d.patient_id = recipients_of.patient_id
        and d.recipient_kind not in ('patient', 'operations')
        and d.recipient_organisation_id is distinct from d.organisation_id
      group by d.recipient_kind, d.recipient_name, d.recipient_organisation_id
    ) as r
  );
end
$$;
comment on function authz.recipients_of(uuid, uuid) is
  'Recipients of a patient''s data [{recipient_kind, recipient_name, recipient_organisation_id, last_disclosed_at, disclosures}], without the patient, operations and the clinic itself. [N-37, N-49]';
alter function authz.recipients_of(uuid, uuid) owner to cordon_definer;
revoke all on function authz.recipients_of(uuid, uuid) from public;

-- public.erase_subject: answers a request for erasure (LGPD art. 18 VI): destroys what no law keeps, and completes the request. What was kept, and why
-- and until when, is told per table and column; what was destroyed is buried without its content; and who had data of theirs must be told of it (par. 6).
create or replace function public.erase_subject(request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_report jsonb;
  v_to_tell jsonb;
begin
  select e.organisation_id, e.patient_id
    into v_request
    from authz.erasure_request(erase_subject.request_id) as e;
  v_to_tell := authz.recipients_of(v_request.organisation_id, v_request.patient_id);
  v_report := governance.erase_rows(v_request.organisation_id, v_request.patient_id, erase_subject.request_id);
  update public.subject_requests as r
     set status = 'completed'
   where r.organisation_id = v_request.organisation_id
     and r.id = erase_subject.request_id;
  return v_report || jsonb_build_object('to_tell', v_to_tell);
end
$$;
comment on function public.erase_subject(uuid) is
  'Erases the patient of a request {patient_id, destroyed: [{table, column, rows, basis}], kept: [{table, column, rows, basis, until}], to_tell: [{recipient_kind, recipient_name, recipient_organisation_id, last_disclosed_at, disclosures}]}, and completes it. 42501 for who is no privacy officer, CD010 for no such request, CD013 for one that is not for erasure or not under way, CD018 where something of it is locked for more than five seconds, CD020 under a hold. [N-49]';

-- public.plan_erasure: what erase_subject would do, found by doing it and taking it back: what is shown is what will happen.
create or replace function public.plan_erasure(request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_plan jsonb;
begin
  select e.organisation_id, e.patient_id
    into v_request
    from authz.erasure_request(plan_erasure.request_id) as e;
  begin
    v_plan := governance.erase_rows(v_request.organisation_id, v_request.patient_id, plan_erasure.request_id);
    -- No code that ends in 000: such a one catches its whole class, refusals included.
    raise exception 'taken back' using errcode = 'CDXXX';
  exception
    when sqlstate 'CDXXX' then
      null;
  end;
  return v_plan || jsonb_build_object('to_tell', authz.recipients_of(v_request.organisation_id, v_request.patient_id));
end
$$;
comment on function public.plan_erasure(uuid) is
  'What erase_subject would destroy and keep, and why {patient_id, destroyed, kept, to_tell}; changes nothing. Errors as erase_subject. [N-49]';

revoke create on schema authz from cordon_definer;

-- migrate:down
