import type pg from 'pg';
import type { TablePolicy } from '../../../../policies/vocabulary.ts';
import { handedOverKey } from '../../../../scripts/policy/conditions.ts';
import { quoteLiteral } from '../../../../scripts/postgres/quote.ts';
import { NOBODY } from '../../../../testing/ids.ts';
import { type Persona, personas } from '../../../../testing/personas.ts';
import { probeOf } from '../probes/index.ts';
import { HELD } from '../states.ts';
import { nameOf } from './cell.ts';

export async function keyOf(client: pg.Client, relation: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string[] }>(
    `select array_agg(a.attname::text order by a.attnum) as key
     from pg_index as i join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
     where i.indrelid = $1::regclass and i.indisprimary`,
    [relation],
  );
  return rows[0]?.key ?? [];
}

/** Whether the persona is somebody only as long as the row aimed at is not archived: then they see nothing at all. */
export function hangsOn(persona: Persona, relation: string): boolean {
  if (persona.live?.realm === 'provider') return relation === 'public.organisations';
  if (persona.live?.realm === 'internal_ops')
    return relation === 'public.ops_members' && aimOf(persona) === 'own';
  return /^public\.(organisations|patients|patient_accounts)$/.test(relation);
}

/** An admin of operations is aimed at what others have, since theirs is what they act by. */
function aimOf(persona: Persona): 'own' | 'other' {
  return persona === personas.opsAdmin ? 'other' : 'own';
}

/** One row that the persona is aimed at: of staff not the one that they act by, of a patient their own, of operations one that they hold. */
export async function targetOf(
  client: pg.Client,
  table: TablePolicy,
  persona: Persona,
  key: readonly string[],
): Promise<string> {
  const name = nameOf(table);
  const aimed = probeOf(name).rows({ persona, clinic: 'a', whose: aimOf(persona) });
  const isPatient = persona.live?.realm === 'patient';
  const isHeld = persona.live?.realm === 'internal_ops' && table.handedOverBy !== undefined;
  const own =
    persona.live?.realm === 'patient' && table.patientKey === 'id'
      ? `id = ${quoteLiteral(persona.live.patientId)}`
      : isHeld
        ? `${handedOverKey(table)} = ${quoteLiteral(HELD[table.handedOverBy])}`
        : 'true';
  const { rows } = await client.query<Record<string, string>>(
    `select ${key.map((column) => `${column}::text`).join(', ')} from ${name} as t
     where ${aimed} and ${own} and coalesce(to_jsonb(t) ->> 'role', '') <> 'clinic_admin'
     order by (to_jsonb(t) ->> 'user_id' = $1) ${isPatient ? 'desc' : 'asc'} nulls last, ${key.join(', ')} limit 1`,
    [persona.userId ?? NOBODY],
  );
  const [row] = rows;
  if (!row) throw new Error(`${name} has no row where ${aimed}: a probe that finds nothing proves nothing`);
  return key.map((column) => `${column} = ${quoteLiteral(row[column] ?? '')}`).join(' and ');
}
