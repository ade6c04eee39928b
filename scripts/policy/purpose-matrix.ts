import { LEVEL_RANK, PURPOSES, type TablePolicy } from '../../policies/vocabulary.ts';
import { TABLES } from './declared.ts';

/** What staff who name a purpose can reach of a domain at most. */
export interface PurposeReach {
  readonly purpose: string;
  readonly domain: TablePolicy['domain'];
  /** The highest level of a table of the domain that some rule lets them read. */
  readonly level: TablePolicy['level'];
}

/** The purpose limitation matrix that the rules amount to (N-48): a rule without purposes lets every one of them. */
export function purposeMatrix(tables: readonly TablePolicy[] = TABLES): readonly PurposeReach[] {
  const reached = new Map<string, PurposeReach>();
  for (const table of tables) {
    for (const rule of table.rules) {
      if (rule.realm !== 'provider' || rule.operation !== 'SELECT') continue;
      for (const purpose of rule.purposes ?? PURPOSES) {
        const key = `${purpose} ${table.domain}`;
        const before = reached.get(key);
        if (before && LEVEL_RANK[before.level] >= LEVEL_RANK[table.level]) continue;
        reached.set(key, { purpose, domain: table.domain, level: table.level });
      }
    }
  }
  return [...reached.keys()].sort().map((key) => reached.get(key) as PurposeReach);
}
