import type { TablePolicy } from '../../policies/vocabulary.ts';
import { TABLES } from '../policy/declared.ts';
import { nameOf } from '../policy/nodes.ts';
import { printRelation } from '../policy/print.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { CompiledChunk } from './sources.ts';
import { UNSTAMPED, VERIFIED_ELSEWHERE } from './unstamped.ts';

/** Rows of a tenant that no caller and no server writes: the tenant is read out of a signed record. */
const UNPINNED: readonly string[] = ['audit.access_log'];

/**
 * The triggers that every table has, so that no table is without and none writes them down: the tenant, the stamps, and
 * whether the stamps tell the truth, asked once a statement. [S-03, S-05, S-16]
 */
export function commonTriggers(tables: readonly TablePolicy[] = TABLES): readonly CompiledChunk[] {
  return tables.flatMap((table) => {
    const name = printRelation(nameOf(table));
    const file = `policies/${(table.schema ?? 'public') === 'public' ? '' : `${table.schema}.`}${table.tableName}.ts`;
    return triggersOf(table, name).map(({ trigger, when, call, comment }) => ({
      key: `trigger ${trigger} on ${name}`,
      file,
      sql: `create or replace trigger ${trigger}
  ${when.replace('$', name)}
  execute function authz.${call};
alter table ${name} enable always trigger ${trigger};
comment on trigger ${trigger} on ${name} is
  ${quoteLiteral(comment)};
`,
    }));
  });
}

interface CommonTrigger {
  readonly trigger: string;
  /** `$` stands for the table. */
  readonly when: string;
  readonly call: string;
  readonly comment: string;
}

function triggersOf({ tenantKey, tableName }: TablePolicy, name: string): readonly CommonTrigger[] {
  const isStamped = !(name in UNSTAMPED);
  return [
    ...(tenantKey === 'organisation_id' && !UNPINNED.includes(name)
      ? [
          {
            trigger: '_050_tenant',
            when: 'before insert or update on $\n  for each row',
            call: `tg__tenant(${quoteLiteral(tableName)})`,
            comment:
              'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]',
          },
        ]
      : []),
    ...(isStamped
      ? [
          {
            trigger: '_100_stamp',
            when: 'before insert or update on $\n  for each row',
            call: 'tg__stamp()',
            comment: 'Stamps who wrote the row and when. [S-16]',
          },
        ]
      : []),
    ...(isStamped && !(name in VERIFIED_ELSEWHERE)
      ? (['insert', 'update'] as const).map((event, place) => ({
          trigger: `_90${place}_stamped`,
          when: `after ${event} on $\n  referencing new table as changed\n  for each statement`,
          call: 'tg__stamped()',
          comment: 'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]',
        }))
      : []),
  ];
}
