import { CAST, PROPS } from '../cast.ts';
import type { PgSession, Stage } from '../stage.ts';

interface Job {
  readonly id: string;
  readonly packet: Record<string, string | null>;
  readonly patient_name: string | null;
}

/** Ana is driven by another company, which sees a packet and nothing else. */
export async function transfer(stage: Stage): Promise<void> {
  stage.begin('A transfer, across two tenants');
  const step = (status: string) => (s: PgSession) =>
    s.query(`update transfers set status = $1 where id = $2`, [status, PROPS.transfer]);
  await stage.does(CAST.agent, 'accepts the transfer that the ward has asked for', step('accepted'));
  await stage.refused(CAST.nurse, 'says by hand that it is under way', 'CD013', step('picked_up'));
  await stage.does(CAST.nurse, 'dispatches it to Litoral Transportes', (s) =>
    s.query('select dispatch_transfer($1, $2)', [PROPS.transfer, PROPS.litoral]),
  );
  const packets = (s: PgSession) =>
    s.query<Job>(
      `select id, packet, patient_name from transfer_job_details where packet ->> 'destination' like 'Regional%'`,
    );
  const { rows } = await stage.does(
    CAST.dispatcher,
    'opens the packet: in their own tenant, with her name under consent',
    packets,
    ({ rows: [job] }) => `${job?.patient_name}, ${job?.packet.mobility}, to ${job?.packet.destination}`,
  );
  const job = rows[0]?.id;
  await stage.nothing(CAST.dispatcher, 'looks for her in the clinic\u2019s patients', (s) =>
    s.query('select id from patients'),
  );
  await stage.does(CAST.dispatcher, 'assigns ambulance AMB-01 and a driver', (s) =>
    s.query(
      'insert into vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id) values ($1, $2, $3, $4)',
      [PROPS.litoral, job, PROPS.vehicle, PROPS.driver],
    ),
  );
  const drive = (status: string) => (s: PgSession) =>
    s.query('update transfer_jobs set status = $1 where id = $2', [status, job]);
  await stage.does(CAST.dispatcher, 'picks her up', drive('picked_up'));
  await stage.refused(CAST.nurse, 'calls it off: too late', 'CD013', (s) =>
    s.query('select cancel_transfer($1)', [PROPS.transfer]),
  );
  await stage.does(CAST.ana, 'withdraws the consent, on the way', (s) =>
    s.query(`update consents set status = 'withdrawn' where signed_form_id = $1`, [PROPS.disclosureForm]),
  );
  await stage.does(
    CAST.dispatcher,
    'opens the packet again',
    packets,
    ({ rows: [now] }) => `${now?.patient_name ?? 'nobody is named any more'}`,
  );
  await stage.does(CAST.dispatcher, 'delivers', drive('delivered'));
  await stage.does(
    CAST.nurse,
    'sees it at the clinic',
    (s) => s.query<{ status: string }>('select status from transfers where id = $1', [PROPS.transfer]),
    ({ rows: [row] }) => `the transfer is ${row?.status}`,
  );
}
