-- public.invoices, public.invoice_lines, public.payments: what is attached to a case is, with its lines and payments; what is claimed for stays; what is paid and put away is told.
begin;
select plan(11);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What the server is answered, and what is so afterwards; then it is taken back.
create function pg_temp.server(statement text, after text default 'select ''done''') returns text language plpgsql as $$
declare
  v_said text;
begin
  execute statement;
  execute after into v_said;
  raise exception '%', coalesce(v_said, 'nothing') using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.invoice(id text, change text, after text default 'select ''done''') returns text language sql as $$
  select pg_temp.server(format('update public.invoices set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %L', change, id), after)
$$;
-- Which lines and payments of an invoice are of which case, and what was told of it.
create function pg_temp.attached(id text) returns text language sql as $$
  select format('select concat_ws('' '', (select string_agg(right(l.case_id::text, 2), '' '') from public.invoice_lines as l where l.organisation_id = i.organisation_id and l.invoice_id = i.id), (select string_agg(right(p.case_id::text, 2), '' '') from public.payments as p where p.organisation_id = i.organisation_id and p.invoice_id = i.id),
    (select string_agg(a.event_type, '' '') from public.case_activity_log as a where a.entity_id = i.id and a.organisation_id = i.organisation_id and a.occurred_at >= now()), (select string_agg(d.recipient_kind || '' '' || d.purpose, '' '') from public.disclosures as d where d.source_id = i.id and d.organisation_id = i.organisation_id and d.created_at >= now()))
    from public.invoices as i where i.organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(i.id::text, 2) = %L', id)
$$;
-- The third invoice, on which nothing was paid, is put away while the claim for it stands as it says.
create function pg_temp.claimed(stands text, change text default 'archived_at = now()') returns text language plpgsql as $$
declare
  v_said text;
begin
  alter table public.claims disable trigger user;
  execute 'update public.claims set ' || stands || ' where organisation_id = ''a0000000-0000-7000-8000-000000000001''';
  alter table public.claims enable trigger user;
  alter table public.payments disable trigger user;
  update public.payments set archived_at = now();
  alter table public.payments enable trigger user;
  v_said := pg_temp.invoice('03', change);
  raise exception '%', v_said using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
end
$$;
create function pg_temp.paid(change text) returns text language sql as $$
  select pg_temp.server(format('update public.payments set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = ''02''', change),
    'select string_agg(e.event_type || '' '' || (e.details ->> ''amount_minor'') || '' '' || (e.details ->> ''currency'') || '' '' || right(e.details ->> ''invoice_id'', 2), '', '' order by e.occurred_at) from audit.security_events as e where e.transaction_id::text = pg_current_xact_id()::text and e.event_type like ''payment.%''')
$$;
select is(pg_temp.invoice('04', 'case_id = ''af000000-0000-7000-8000-000000000002''', pg_temp.attached('04')), '02 02 invoice.attached operations billing',
  'what operations attach takes its lines and payments along, and is told: to whom it was disclosed too [S-34 +]');
-- Only operations write what is attached: as if they did.
alter table public.invoices disable trigger _060_frozen;
select is(pg_temp.invoice('03', 'case_id = null', pg_temp.attached('03')), 'invoice.detached', 'what they detach as well, and is disclosed to nobody [S-34 +]');
select is(pg_temp.invoice('03', 'updated_at = now()', pg_temp.attached('03')), '03 03', 'what stays attached is not told of [S-34 -]');
select is(pg_temp.claimed('status = ''draft'''), 'done', 'an invoice for which a claim is being drawn up is put away [S-34 +]');
select is(pg_temp.claimed('status = ''submitted'''), 'CD013 an invoice that is being claimed for is neither void nor archived',
  'one that is being claimed for is not [S-34 -]');
select is(pg_temp.claimed('status = ''rejected'''), 'done', 'once that is rejected it is [S-34 +]');
select is(pg_temp.claimed('status = ''paid'''), 'CD013 an invoice that is being claimed for is neither void nor archived', 'what was paid stays [S-34 -]');
select is(pg_temp.claimed('status = ''submitted'', archived_at = now()'), 'done', 'a claim that was put away keeps nothing [S-34 +]');
alter table public.invoices enable always trigger _060_frozen;
select is(pg_temp.paid('archived_at = now()'), 'payment.archived 10000 BRL 02', 'a payment that is put away is told of, with its amount [N-37 +, S-34 +]');
select is(pg_temp.paid('terminal_reference = terminal_reference'), 'nothing', 'one that is not is not [N-37 -]');
select is(pg_temp.server('delete from public.invoice_lines where right(id::text, 2) = ''01'' and organisation_id = ''a0000000-0000-7000-8000-000000000001''', 'select total_minor::text from public.invoices where right(id::text, 2) = ''01'' and organisation_id = ''a0000000-0000-7000-8000-000000000001'''), '0',
  'a line that the owner deletes is counted no more [S-34 +]');

select * from finish();
rollback;
