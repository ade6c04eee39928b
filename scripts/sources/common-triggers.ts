import type { TablePolicy } from '../../policies/vocabulary.ts';
import { TABLES } from '../policy/declared.ts';
import { nameOf } from '../policy/nodes.ts';
import { printRelation } from '../policy/print.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { CompiledChunk } from './sources.ts';
import { UNSTAMPED, VERIFIED_ELSEWHERE } from './unstamped.ts';

/** Rows of a tenant that no caller and no server writes: the tenant is read out of a signed record. */
const UNPINNED: readonly string[] = ['audit.access_log'];

/** Rows of a tenant without an id of their own, or that nobody changes at all. */
const UNCHANGING: Readonly<Record<string, string>> = {
  'public.organisation_settings': 'its key is the organisation',
  'public.case_activity_log': 'append-only',
  'public.disclosures': 'append-only',
  'public.signed_form_evidence': 'append-only',
  'governance.insight_dispatches': 'append-only',
};

/**
 * The triggers that every table has, so that no table is without and none writes them down: the tenant, the stamps,
 * whether the stamps tell the truth, asked once a statement, and that a row stays the one that it is. [S-03, S-05, S-16]
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

function triggersOf(
  { tenantKey, patientKey, tableName }: TablePolicy,
  name: string,
): readonly CommonTrigger[] {
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
    // Behind whatever keeps or refuses such a change in words of its own.
    ...(isStamped && tenantKey === 'organisation_id' && !(name in UNCHANGING)
      ? [
          {
            trigger: '_890_lasting',
            when: `before update on $\n  for each row\n  when (${lastingCondition(patientKey)})`,
            call: `tg__lasting(${quoteLiteral(tableName)})`,
            comment: "Keeps the row's id, and whose it is. [N-37, S-16]",
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

function lastingCondition(patientKey: TablePolicy['patientKey']): string {
  return patientKey === 'patient_id'
    ? '(new.id, new.patient_id) is distinct from (old.id, old.patient_id)'
    : 'new.id <> old.id';
}
