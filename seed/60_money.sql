-- Money, the same at both clinics: invoice 01 a draft · 02 and, of the child, 04 issued and partly paid · 03 of case 03, which operations took over
-- and attached it to: frozen for the clinic. An agreement, and what operations made of it: a guarantee and a claim.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
  v_status text;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);

    insert into public.agreements (organisation_id, id, payer, number, starts_on)
    values (v_organisation_id, (v_letter || '9200000-0000-7000-8000-000000000001')::uuid, 'Synthetic Insurance', 'AGR-1', '2026-01-01')
    on conflict (organisation_id, id) do nothing;

    insert into public.invoices (organisation_id, id, number, patient_id, agreement_id, currency)
    select
      v_organisation_id, (v_letter || '9300000-0000-7000-8000-0000000000' || part)::uuid, 'INV-00' || part,
      (v_letter || '3000000-0000-7000-8000-0000000000' || patient)::uuid, (v_letter || '9200000-0000-7000-8000-000000000001')::uuid, 'BRL'
    from (values ('01', '01'), ('02', '01'), ('03', '03'), ('04', '02')) as i (part, patient)
    on conflict (organisation_id, id) do nothing;
    insert into public.invoice_lines (organisation_id, id, invoice_id, patient_id, description, quantity, unit_minor)
    select
      v_organisation_id, (v_letter || '9400000-0000-7000-8000-0000000000' || right(i.id::text, 2))::uuid, i.id, i.patient_id,
      'Consultation', 2, 15000
    from public.invoices as i
    where i.organisation_id = v_organisation_id
      and i.status = 'draft'
      and not exists (select from public.invoice_lines as l where l.organisation_id = i.organisation_id and l.invoice_id = i.id);
    update public.invoices as i set status = 'issued'
     where i.organisation_id = v_organisation_id and i.status = 'draft' and right(i.id::text, 2) in ('02', '03', '04');
    insert into public.payments (organisation_id, id, invoice_id, patient_id, amount_minor, method, terminal_reference)
    select
      v_organisation_id, (v_letter || '9500000-0000-7000-8000-0000000000' || right(i.id::text, 2))::uuid, i.id, i.patient_id,
      10000, 'card', 'T-0001'
    from public.invoices as i
    where i.organisation_id = v_organisation_id
      and i.status = 'issued'
      and i.case_id is null;

    insert into public.cases (organisation_id, id, number, patient_id, priority)
    values (
      v_organisation_id, (v_letter || 'f000000-0000-7000-8000-000000000003')::uuid, 'CASE-0003',
      (v_letter || '3000000-0000-7000-8000-000000000003')::uuid, 'emergent'
    )
    on conflict (organisation_id, id) do nothing;
    foreach v_status in array '{triage,active,awaiting_transfer,in_transfer,handed_off}'::text[] loop
      update public.cases as c set status = v_status
       where c.organisation_id = v_organisation_id
         and right(c.id::text, 2) = '03'
         and c.handed_off_at is null;
    end loop;
    update public.invoices as i
       set case_id = (v_letter || 'f000000-0000-7000-8000-000000000003')::uuid
     where i.organisation_id = v_organisation_id and right(i.id::text, 2) = '03' and i.case_id is null;
    insert into public.guarantees_of_payment (organisation_id, id, case_id, patient_id, payer, policy_number, limit_minor, currency)
    values (
      v_organisation_id, (v_letter || '9600000-0000-7000-8000-000000000001')::uuid,
      (v_letter || 'f000000-0000-7000-8000-000000000003')::uuid, (v_letter || '3000000-0000-7000-8000-000000000003')::uuid,
      'Synthetic Insurance', 'POL-1', 500000, 'BRL'
    )
    on conflict (organisation_id, id) do nothing;
    insert into public.claims
      (organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
    values (
      v_organisation_id, (v_letter || '9700000-0000-7000-8000-000000000001')::uuid,
      (v_letter || 'f000000-0000-7000-8000-000000000003')::uuid, (v_letter || '3000000-0000-7000-8000-000000000003')::uuid,
      (v_letter || '9600000-0000-7000-8000-000000000001')::uuid, (v_letter || '9300000-0000-7000-8000-000000000003')::uuid, 20000, 'BRL'
    )
    on conflict (organisation_id, id) do nothing;
  end loop;
end
$$;
