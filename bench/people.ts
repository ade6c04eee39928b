import type pg from 'pg';
import type { Context } from './envelope.ts';
import type { Style } from './styles.ts';
import { claimsOf, HEADERS } from './token.ts';
import { type Person, STAFF, TENANTS, type Tenant, type World } from './world.ts';

/** The measured tenant's ids. */
export interface Sample {
  readonly organisation: string;
  /** Patients under consent whom the doctor treats, in no order that an index has. */
  readonly patients: readonly string[];
  readonly logins: Readonly<Record<Person, { readonly user: string; readonly session: string }>>;
}

export async function sampleOf(client: pg.Client, world: World, tenant: Tenant): Promise<Sample> {
  const place = TENANTS[tenant];
  const { rows } = await client.query<{ organisation: string; patients: string[] }>(
    `select bench.id('organisation', $1)::text as organisation,
            array(
              select id::text from bench.patients
              where organisation_id = bench.id('organisation', $1) and consent_until is not null and is_treated
              order by md5(id::text) limit 64
            ) as patients`,
    [place],
  );
  const logins = {} as Record<Person, { user: string; session: string }>;
  for (const [person, staff] of Object.entries(STAFF) as [Person, number][]) {
    const number = staff * world.organisations + place;
    const login = await client.query<{ user: string; session: string }>(
      `select bench.id('user', $1)::text as user, bench.id('session', $1)::text as session`,
      [number],
    );
    if (login.rows[0]) logins[person] = login.rows[0];
  }
  const [row] = rows;
  if (!row) throw new Error(`no tenant ${tenant}`);
  return { ...row, logins };
}

/** What the transaction is told when this person works in this tenant, in this style. */
export function contextOf(sample: Sample, person: Person, style: Pick<Style, 'fromSetting'>): Context {
  const { user, session } = sample.logins[person];
  return {
    claims: claimsOf(user, session, sample.organisation),
    headers: HEADERS,
    clinic: style.fromSetting ? sample.organisation : '',
    pinned: sample.organisation,
  };
}

/** A tenant that does not exist: what hand-written SQL asks for where access is to be denied. */
const NOWHERE = '00000000-0000-7000-8000-00000000dead';

/** Parameters of one execution after the other. */
export function valuesOf(sample: Sample, denied: boolean): readonly (readonly string[])[] {
  return sample.patients.map((patient) => [
    denied ? NOWHERE : sample.organisation,
    patient,
    sample.logins.doctor.user,
  ]);
}
