-- authz.tg_guarantees_of_payment__fixed: what was vouched for, and under which policy, stays as it was said once it is declined or revoked; and its
-- limit does not fall below what is being claimed on it, nor is it archived from under that: the clinic would find a claim, and nobody who vouches for
-- it. The update holds the row that a claim locks: the one sees the other.
create or replace function authz.tg_guarantees_of_payment__fixed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.status in ('declined', 'revoked')
    and (new.limit_minor, new.policy_number) is distinct from (old.limit_minor, old.policy_number)
  then
    raise exception 'a guarantee that has ended stays as it was'
      using errcode = 'CD013', hint = 'Ask for another guarantee.';
  end if;
  if new.currency <> old.currency then
    raise exception 'a guarantee is in the currency in which it was asked for'
      using errcode = 'CD013', hint = 'Ask for another guarantee.';
  end if;
  if new.limit_minor < old.limit_minor then
    perform authz.require_read_committed();
    if new.limit_minor < (
      select sum(c.amount_minor)
      from public.claims as c
      where c.organisation_id = new.organisation_id
        and c.guarantee_id = new.id
        and c.status in ('submitted', 'accepted', 'paid')
        and c.archived_at is null
    ) then
      raise exception 'the limit would fall below what is being claimed on it'
        using errcode = 'CD013', hint = 'Have the payer reject a claim first: claims.status.';
    end if;
  end if;
  if new.archived_at is not null and old.archived_at is null then
    perform authz.require_read_committed();
    if exists (
      select
      from public.claims as c
      where c.organisation_id = new.organisation_id
        and c.guarantee_id = new.id
        and c.status in ('submitted', 'accepted', 'paid')
        and c.archived_at is null
    ) then
      raise exception 'a guarantee on which is being claimed is not archived'
        using errcode = 'CD013', hint = 'Revoke it, if it no longer stands; or have the payer reject the claim first: claims.status.';
    end if;
  end if;
  return new;
end
$$;
comment on function authz.tg_guarantees_of_payment__fixed() is
  'Refuses with CD013 another currency, another limit or policy number of a guarantee that was declined or revoked, a limit below what is being claimed on it, and to archive it from under that; with CD007 to lower or archive one above READ COMMITTED. [S-34]';
alter function authz.tg_guarantees_of_payment__fixed() owner to cordon_definer;
revoke all on function authz.tg_guarantees_of_payment__fixed() from public;
