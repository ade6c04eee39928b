import { createHash } from 'node:crypto';

/** SHA-256 of a text in UTF-8, as `sha256sum` prints it. */
export function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** One claim about an export, and whether it holds. */
export interface Check {
  readonly claim: string;
  readonly holds: boolean;
}

/** Whether a value is a moment as every export writes it, so that two stand in the order of their texts. */
export function isMoment(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value);
}
