-- authz.tg_medical_records__occurred: care that is told of lies in the past, by the server's clock. That of whoever writes may run ahead a little: up to
-- five minutes it was now; what is told of later has not happened. And who was treated more than 120 years before it was written down is nobody's
-- patient: old systems write such a date where they had none. No CHECK asks for that: what was brought in before would be refused at its next change,
-- though that is only a consent that ends. In days, since a year is of no one length. Its trigger calls it for such rows alone.
create or replace function authz.tg_medical_records__occurred()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.occurred_at < new.created_at then
    -- What stood there before is not this writer's.
    if tg_op = 'UPDATE' then
      if new.occurred_at = old.occurred_at then
        return new;
      end if;
    end if;
    raise exception 'medical_records.occurred_at lies before anybody who lives was born'
      using errcode = 'check_violation', hint = 'Leave out when the care was, where nobody knows: an entry then stands under the moment at which it was written.';
  end if;
  if new.occurred_at > new.created_at + interval '5 minutes' then
    raise exception 'medical_records.occurred_at lies ahead'
      using errcode = 'check_violation', constraint = 'medical_records_occurred_at_check',
        hint = 'Say when the care was, once it was; a clock that is five minutes ahead at most is taken for now.';
  end if;
  new.occurred_at := new.created_at;
  return new;
end
$$;
comment on function authz.tg_medical_records__occurred() is
  'Takes a clock that is up to five minutes ahead for now, and refuses with 23514 care of later, or of more than 120 years ago. [S-16]';
revoke all on function authz.tg_medical_records__occurred() from public;
