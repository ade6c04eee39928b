-- authz.tg_payments__recorded: money that changed hands did so once, and one way: cash that became a card's afterwards is missed by nobody.
create or replace function authz.tg_payments__recorded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    -- As stamped before, and verified after.
    new.recorded_by_user_id := new.created_by_user_id;
    return new;
  end if;
  if new.amount_minor is distinct from old.amount_minor then
    raise exception 'the amount of a payment is never changed'
      using errcode = 'CD013', hint = 'Archive the payment and record the right one.';
  end if;
  -- The receipt of a terminal may come later.
  if new.method <> old.method or new.terminal_reference is distinct from coalesce(old.terminal_reference, new.terminal_reference) then
    raise exception 'how a payment was made is never changed'
      using errcode = 'CD013', hint = 'Archive the payment and record the right one; a terminal reference may be added.';
  end if;
  new.recorded_by_user_id := old.recorded_by_user_id;
  return new;
end
$$;
comment on function authz.tg_payments__recorded() is
  'Stamps recorded_by_user_id; refuses with CD013 another amount, method or terminal reference. [S-16, S-34]';
alter function authz.tg_payments__recorded() owner to cordon_definer;
revoke all on function authz.tg_payments__recorded() from public;
