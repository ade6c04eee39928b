/**
 * Statements that fill the measured tables of one organisation, past the triggers: half of the patients lie in beds, half
 * of the beds are free, half of the invoices are drafts. A statement over many rows finds `rows` rows for everything it
 * needs.
 */
export function fillSteps(rows: number): readonly string[] {
  const organisation = `bench.id('organisation', 0)`;
  // A draft has ten lines, so a tenth of the drafts has any.
  const draft = `bench.id('draft', 1 + (n - 1) / 10)`;
  const debtor = `bench.id('inpatient', 1 + (n - 1) / 10)`;
  return [
    `insert into public.patients (organisation_id, id, mrn, full_name, language)
     select ${organisation}, bench.id('inpatient', n), 'W' || n, 'Silva ' || n,
            case when n <= ${rows} then 'en' else 'es' end
     from generate_series(1, ${2 * rows}) as n`,
    `insert into public.beds (organisation_id, id, ward, label, status)
     select ${organisation}, bench.id('bed', n), case when n <= ${rows} then 'full' else 'free' end, n::text,
            case when n <= ${rows} then 'occupied' else 'available' end
     from generate_series(1, ${2 * rows}) as n`,
    `insert into public.cases (organisation_id, id, number, patient_id, status, patient_status)
     select ${organisation}, bench.id('case', n), 'C' || n, bench.id('inpatient', n), 'active', 'active'
     from generate_series(1, ${rows}) as n`,
    `insert into public.admissions
       (organisation_id, id, patient_id, bed_id, case_id, status, admitted_at, patient_status)
     select ${organisation}, bench.id('admission', n), bench.id('inpatient', n), bench.id('bed', n), bench.id('case', n),
            'admitted', now(), 'active'
     from generate_series(1, ${rows}) as n`,
    `insert into public.invoices (organisation_id, id, number, patient_id, currency, status, total_minor, paid_minor)
     select ${organisation}, bench.id(kind, n), upper(left(kind, 1)) || n, bench.id('inpatient', n), 'BRL',
            case kind when 'draft' then 'draft' else 'partially_paid' end,
            case when kind = 'issued' then 5000 when n <= ${rows} / 10 then 1000 else 0 end,
            case kind when 'draft' then 0 else 100 end
     from generate_series(1, ${rows}) as n, unnest('{draft,issued}'::text[]) as kind`,
    `insert into public.invoice_lines (organisation_id, id, invoice_id, patient_id, description, unit_minor)
     select ${organisation}, bench.id('line', n), ${draft}, ${debtor}, 'Dressing', 100
     from generate_series(1, ${rows}) as n
     union all
     select ${organisation}, bench.id('issued_line', n), bench.id('issued', n), bench.id('inpatient', n), 'Surgery', 5000
     from generate_series(1, ${rows}) as n`,
    `insert into public.payments (organisation_id, id, invoice_id, patient_id, amount_minor, method)
     select ${organisation}, bench.id('payment', n), bench.id('issued', n), bench.id('inpatient', n), 100, 'card'
     from generate_series(1, ${rows}) as n`,
    // Ids ready-made: computing them inside a measured statement would add the same to both sides and flatter the ratio.
    `create table bench.places as
     select ${organisation} as organisation_id, n, bench.id('inpatient', n + ${rows}) as patient_id,
            bench.id('bed', n + ${rows}) as bed_id, bench.id('draft', n) as draft_id, bench.id('issued', n) as issued_id,
            bench.id('inpatient', n) as debtor_id, ${draft} as ten_a_draft_id, ${debtor} as ten_a_draft_debtor_id
     from generate_series(1, ${rows}) as n`,
    `create table bench.rows as
     select kind, n, bench.id(case kind when 'patient' then 'inpatient' else kind end,
                              case kind when 'bed' then n + ${rows} else n end) as id
     from generate_series(1, ${rows}) as n, unnest('{bed,admission,case,draft,line,payment,patient}'::text[]) as kind`,
    'grant usage on schema bench to service_role, authenticated',
    'grant select on bench.places to service_role, authenticated',
  ];
}
