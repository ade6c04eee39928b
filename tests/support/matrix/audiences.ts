import type pg from 'pg';
import {
  CAPABILITIES,
  type Capability,
  PROVIDER_ROLES,
  type ProviderRole,
} from '../../../policies/vocabulary.ts';
import { CLINIC_A } from '../../../testing/ids.ts';
import { EVERYBODY, type Persona, personas } from '../../../testing/personas.ts';
import { nested, undone } from '../nested.ts';
import type { Cell } from './cell.ts';
import { observeMatrix } from './matrix.ts';

/** A member as the rules see them: a role with what it was given besides. */
interface Audience {
  readonly role: ProviderRole;
  readonly capabilities: readonly Capability[];
}

/** Every role with every capability, and with all of them, where nobody of the seed is that already. */
export const AUDIENCES: readonly Audience[] = PROVIDER_ROLES.flatMap((role) =>
  [...CAPABILITIES.map((capability) => [capability]), CAPABILITIES].map((capabilities) => ({
    role,
    capabilities,
  })),
).filter(
  (audience) =>
    !EVERYBODY.some(({ live }) => live?.realm === 'provider' && nameOf(live) === nameOf(audience)),
);

/**
 * Asks the matrix of one member of clinic A, who treats patients, in every audience. So a rule that names a role is held apart from
 * one that names a capability, whoever has both.
 *
 * @param client a superuser inside a transaction. Everything is taken back.
 * @param tables qualified names; all when left out.
 */
export async function observeAudiences(
  client: pg.Client,
  {
    tables,
    audiences = AUDIENCES,
  }: { readonly tables?: readonly string[]; readonly audiences?: readonly Audience[] } = {},
): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const audience of audiences) {
    await undone(client, async () => {
      await client.query(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await client.query(
        'update public.organisation_members set role = $1, capabilities = $2 where organisation_id = $3 and user_id = $4',
        [audience.role, audience.capabilities, CLINIC_A, personas.doctor.userId],
      );
      await client.query(`select set_config('app.pinned_organisation_id', '', true)`);
      const persona: Persona = {
        ...personas.doctor,
        name: nameOf(audience),
        live: { realm: 'provider', ...audience },
      };
      const matrix = await observeMatrix('', {
        personas: [persona],
        connection: nested(client),
        ...(tables && { tables }),
      });
      cells.push(...matrix.cells);
    });
  }
  return cells;
}

function nameOf({ role, capabilities }: Audience): string {
  return capabilities.length === 0 ? role : `${role} with ${[...capabilities].sort().join(', ')}`;
}
