-- authz.tg_transfer_jobs__course: a job that has ended is soon gone from sight (N-24).
create or replace function authz.tg_transfer_jobs__course()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.origin_organisation_id, new.transfer_id) is distinct from (old.origin_organisation_id, old.transfer_id) then
    raise exception 'a job stays that of its transfer'
      using errcode = 'CD013', hint = 'Dispatch the other transfer.';
  end if;
  if new.status is distinct from old.status and new.status = 'picked_up' then
    -- Whoever has the patient on board can still say that they arrived, and nobody else can: a day was too short for a crew that forgot it over a
    -- weekend. A packet expires all the same; the name beside it does so by itself, and sooner.
    new.expires_at := greatest(old.expires_at, clock_timestamp() + interval '30 days');
  elsif new.status is distinct from old.status and new.status in ('delivered', 'cancelled') then
    -- The crew still sees how it ended.
    new.expires_at := least(old.expires_at, clock_timestamp() + interval '1 hour');
  end if;
  return new;
end
$$;
comment on function authz.tg_transfer_jobs__course() is
  'Lets a job that has ended expire within the hour, and one with the patient on board after 30 days. [N-24]';
revoke all on function authz.tg_transfer_jobs__course() from public;
