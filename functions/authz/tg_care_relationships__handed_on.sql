-- authz.tg_care_relationships__handed_on: what was handed on ends with what it came from, and that which was handed on from it in turn, whoever ends it and
-- whatever for: else the one whom a clinic_admin puts out keeps a door at a colleague's. Never lengthened: that is assigned anew. Who hands on holds
-- what they have (assign_care), so that each hand-on is before this, and found, or after it, and refused.
create or replace function authz.tg_care_relationships__handed_on()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
  v_until constant timestamptz := greatest(v_now, case when new.archived_at is null then new.ends_at end);
begin
  -- What has not begun is put away: it never was.
  update public.care_relationships as c
     set ends_at = case when c.starts_at < v_until then v_until else c.ends_at end,
         archived_at = case when c.starts_at < v_until then c.archived_at else now() end
   where c.organisation_id = new.organisation_id
     and c.handed_from_id = new.id
     and c.archived_at is null
     and (c.ends_at is null or c.ends_at > v_until);
  return null;
end
$$;
comment on function authz.tg_care_relationships__handed_on() is
  'Ends what was handed on from a relationship with it, where that ends earlier or is archived. [N-21]';
alter function authz.tg_care_relationships__handed_on() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__handed_on() from public;
