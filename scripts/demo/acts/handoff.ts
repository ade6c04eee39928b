import { CAST, PROPS } from '../cast.ts';
import type { PgSession, Stage } from '../stage.ts';

/** The case goes to operations, and the money with it. */
export async function handoff(stage: Stage): Promise<void> {
  stage.begin('The handoff, and money that freezes');
  const pay = (s: PgSession) =>
    s.query(
      `insert into payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ($1, $2, $3, 5000, 'cash')`,
      [PROPS.clinic, PROPS.invoice, PROPS.ana],
    );
  const identity = (s: PgSession) =>
    s.query<{ full_name: string }>('select full_name from patients where organisation_id = $1 and id = $2', [
      PROPS.clinic,
      PROPS.ana,
    ]);
  await stage.does(CAST.finance, "records 50.00 on Ana's invoice", pay);
  await stage.refused(CAST.finance, 'writes a card number into the reference', 'CD016', (s) =>
    s.query(`update payments set terminal_reference = '4111111111111111' where invoice_id = $1`, [
      PROPS.invoice,
    ]),
  );
  await stage.nothing(CAST.agent, 'looks for Ana before her case was handed over', identity);
  for (const status of ['awaiting_transfer', 'in_transfer', 'handed_off']) {
    const who = status === 'handed_off' ? CAST.agent : CAST.nurse;
    await stage.does(who, `moves case CASE-0001 to ${status}`, (s) =>
      s.query('update cases set status = $1 where id = $2', [status, PROPS.caseOfAna]),
    );
  }
  await stage.does(
    CAST.agent,
    'finds Ana now',
    identity,
    ({ rows }) => `${rows[0]?.full_name}, of the case that operations hold`,
  );
  await stage.does(CAST.agent, 'attaches the invoice to the case', (s) =>
    s.query('select attach_invoice($1, $2, $3)', [PROPS.clinic, PROPS.invoice, PROPS.caseOfAna]),
  );
  await stage.nothing(
    CAST.finance,
    'records another payment',
    pay,
    'no error, no row, and the attempt is on record',
  );
  await stage.nothing(
    CAST.finance,
    'voids the invoice',
    (s) => s.query(`update invoices set status = 'void' where id = $1`, [PROPS.invoice]),
    'no error, nothing changed, and the attempt is on record',
  );
  await stage.does(CAST.agent, 'records a payment: it is theirs to', pay);
  await stage.refused(CAST.finance, 'takes the invoice back', '42501', (s) =>
    s.query('update invoices set case_id = null where id = $1', [PROPS.invoice]),
  );

  const toInsurer = (s: PgSession) =>
    s.query<{ told: { timeline: string; timeline_sha256: string } }>(
      `select export_case_timeline($1, 'insurer', $2, 'Acme Seguros, São Paulo') as told`,
      [PROPS.caseOfAna, PROPS.clinic],
    );
  await stage.refused(CAST.agent, 'exports the timeline for the insurer', '42501', toInsurer);
  const consent = await stage.does(
    CAST.reception,
    'asks Ana whether her insurer may know',
    (s) =>
      s.query<{ id: string }>(
        `insert into consents (organisation_id, patient_id, purpose) values ($1, $2, 'insurer_disclosure') returning id`,
        [PROPS.clinic, PROPS.ana],
      ),
    () => 'proposed: it opens nothing yet',
  );
  await stage.does(CAST.ana, 'agrees', (s) =>
    s.query(`update consents set status = 'active' where id = $1`, [consent.rows[0]?.id]),
  );
  await stage.does(CAST.agent, 'exports it now', toInsurer, ({ rows: [row] }) =>
    row
      ? `${JSON.parse(row.told.timeline).events.length} events under ${row.told.timeline_sha256.slice(0, 16)}…, without a name`
      : '',
  );
  await stage.does(
    CAST.ana,
    'looks to whom her data went',
    (s) =>
      s.query<{ recipient_kind: string }>(
        `select recipient_kind from disclosures where source_table = 'public.export_case_timeline'`,
      ),
    ({ rows }) => rows.map(({ recipient_kind }) => recipient_kind).join(', '),
  );
}
