import type { Stage } from '../stage.ts';
import { charts } from './charts.ts';
import { documents } from './documents.ts';
import { emergency } from './emergency.ts';
import { handoff } from './handoff.ts';
import { intruders } from './intruders.ts';
import { signature } from './signature.ts';
import { transfer } from './transfer.ts';
import { ward } from './ward.ts';

export { seal } from './seal.ts';

/** The day, in order. Each act stands on what those before it left. */
export const DAY: readonly ((stage: Stage) => Promise<void>)[] = [
  ward,
  charts,
  emergency,
  signature,
  documents,
  transfer,
  handoff,
  intruders,
];
