import { day } from './zod-sql.ts';

/**
 * The day of a DATE, `2026-11-28`: for a form, for JSON, for whoever stands elsewhere.
 *
 * node-postgres makes a `Date` of a DATE, at midnight where the program runs. East of Greenwich that is the day before in UTC, which is what
 * `JSON.stringify` and `toISOString` write: a birthday of the 1st arrives as the 31st.
 *
 * @param date as the driver gives it, or a text already, where the application has told pg so (`pg.types.setTypeParser(1082, (text) => text)`).
 * @example
 * Response.json({ ...patient, birth_date: dayOf(patient.birth_date) })
 */
export function dayOf(date: Date | string): string;
export function dayOf(date: Date | string | null): string | null;
export function dayOf(date: Date | string | null): string | null {
  return day(date);
}
