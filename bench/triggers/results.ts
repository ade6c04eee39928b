import type { Kind } from './statements.ts';

/** Who writes: a server that bypasses policies, pinned to the organisation; or staff with the claims of a token. */
export type Writer = 'server' | 'staff';

export const WRITERS: Readonly<Record<Writer, { readonly role: string; readonly title: string }>> = {
  server: { role: 'service_role', title: 'server' },
  staff: { role: 'authenticated', title: 'staff' },
};

/**
 * Where a statement writes: the table with all its triggers, its bare copy, the copy under an audit trigger, and the table
 * without the trigger that writes the activity log.
 */
export type Arm = 'cordon' | 'bare' | 'audited' | 'unlogged';

/** One statement of one writer, over one row or over many. */
export interface TriggerResult {
  readonly table: string;
  readonly kind: Kind;
  /** What an update does, in a word or two. */
  readonly does: string;
  readonly writer: Writer;
  readonly rows: number;
  /** Microseconds by arm: of the whole transaction over one row, of the statement over many. */
  readonly median_us: Readonly<Partial<Record<Arm, number>>>;
  /** Times the bare copy: the median of each round's ratio. */
  readonly ratio: Readonly<Partial<Record<Arm, number>>>;
  /** Times the same table without the activity log's trigger, where it has one. */
  readonly log_ratio?: number;
  /** Microseconds of the statement on the server, over one row. */
  readonly server_us: Readonly<Partial<Record<Arm, number>>>;
}

/** What one trigger of a statement over many rows took. */
export interface TriggerTime {
  readonly name: string;
  readonly calls: number;
  /** Microseconds, by the rows of the statement. */
  readonly a_row_us: number;
}

export interface TriggerPlan {
  readonly table: string;
  readonly kind: Kind;
  readonly writer: Writer;
  readonly triggers: readonly TriggerTime[];
}

export interface TriggersReport {
  readonly rows: number;
  readonly rounds: { readonly one: number; readonly many: number };
  readonly seed: number;
  readonly server: string;
  readonly one: readonly TriggerResult[];
  readonly many: readonly TriggerResult[];
  readonly plans: readonly TriggerPlan[];
}
