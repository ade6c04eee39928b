-- authz.tg_subject_requests__due: the law's deadline, counted from the moment that the request came in, whoever took it down.
create or replace function authz.tg_subject_requests__due()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    new.due_at := coalesce(authz.deadline(new.organisation_id, new.kind, new.created_at), 'infinity');
    new.resolved_at := null;
    return new;
  end if;
  if old.resolved_at is not null and new.refusal_basis is distinct from old.refusal_basis then
    raise exception 'the ground of an answer stays what was told'
      using errcode = 'CD014', hint = 'Take down another request: it is answered on its own ground.';
  end if;
  new.patient_id := old.patient_id;
  new.kind := old.kind;
  new.due_at := old.due_at;
  new.resolved_at := coalesce(old.resolved_at, case when new.status in ('completed', 'refused') then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_subject_requests__due() is
  'Stamps due_at and resolved_at; kind, patient and deadline never change. CD014 for another ground after the answer. [N-49]';
alter function authz.tg_subject_requests__due() owner to cordon_definer;
revoke all on function authz.tg_subject_requests__due() from public;
