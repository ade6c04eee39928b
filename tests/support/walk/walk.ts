import { randomFrom } from '../../../bench/statistics.ts';
import { type Clinic, idOf } from '../../../testing/ids.ts';
import type { Persona } from '../../../testing/personas.ts';
import type { Row, Session } from '../../../testing/session.ts';
import type { TestDatabase } from '../../../testing/test-database.ts';
import { at, OWNER, type Part } from './people.ts';

/** What somebody asks of the database in one transaction. */
interface Ask {
  readonly who: Persona;
  readonly sql: string;
  readonly values?: readonly unknown[];
}

/** A kind of step: one thing that a persona may ask for. */
export interface Kind {
  readonly name: string;
  /** How often it is taken, beside the others: once when left out. */
  readonly weight?: number;
  /** SQLSTATEs, beside 42501, with which it may be refused by what docs/errors.md and the function's own comment say. */
  readonly refused: readonly string[];
  /** What is asked; nothing where there is nothing to ask it of. */
  ask(world: World): Promise<Ask | undefined>;
}

/** A step as the seed says it: shrinking leaves steps out, and each is what it was. */
export interface Step {
  readonly kind: number;
  readonly salt: number;
}

/** A number in [0, 1) after the other: the same for the same salt. */
export const numbers = randomFrom;

/** What there is, and what chance makes of it, for one step. */
export class World {
  readonly #database: TestDatabase;
  readonly #next: () => number;
  readonly clinic: Clinic;
  /** The id of the clinic of this step. */
  readonly here: string;

  constructor(database: TestDatabase, salt: number, clinics: readonly Clinic[]) {
    this.#database = database;
    this.#next = numbers(salt);
    this.clinic = this.any(clinics);
    this.here = idOf('organisation', this.clinic);
  }

  int(below: number): number {
    return Math.floor(this.#next() * below);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  any<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to choose from');
    return list[this.int(list.length)] as T;
  }

  /** An id that only this step writes. */
  id(): string {
    const hex = () =>
      Math.floor(this.#next() * 0x10000)
        .toString(16)
        .padStart(4, '0');
    return `0${hex().slice(1)}${hex()}-${hex()}-7000-8000-${hex()}${hex()}${hex()}`;
  }

  /** One of several parts of this step's clinic. */
  of(...parts: readonly Part[]): Persona {
    return at(this.clinic, this.any(parts));
  }

  /** One of the rows that are there, in the order in which they came. */
  async one<T extends Row = Row>(
    sql: string,
    values: readonly unknown[] = [this.here],
  ): Promise<T | undefined> {
    const seed = this.#next();
    const rows = await this.#database.asSuperuser(async (session) => {
      await session.rows('select setseed($1)', [seed]);
      return session.rows<T>(sql, values);
    });
    return rows.length === 0 ? undefined : this.any(rows);
  }
}

/** What came of a step. */
export interface Taken {
  readonly kind: string;
  readonly who: string;
  readonly sql: string;
  readonly values: readonly unknown[];
  /** `ok`, `nothing` where no row was changed, or the SQLSTATE of the refusal. */
  readonly outcome: string;
  readonly message?: string;
  /** When it began and ended, in milliseconds: who met whom. */
  readonly from: number;
  readonly to: number;
}

export const told = ({ kind, who, sql, values, outcome, message }: Taken): string =>
  `${outcome.padEnd(7)} ${kind}: ${who}: ${sql.replace(/\s+/g, ' ')} ${JSON.stringify(values)}${message ? ` -- ${message}` : ''}`;

/** SQLSTATE of who is told to try again, as the other waits for them. */
const DEADLOCK = '40P01';

/** Takes one step, and commits it. */
export async function take(
  database: TestDatabase,
  kinds: readonly Kind[],
  { kind: number, salt }: Step,
  clinics: readonly Clinic[] = ['a', 'b'],
): Promise<Taken | undefined> {
  const kind = kinds[number % kinds.length] as Kind;
  const ask = await kind.ask(new World(database, salt, clinics));
  if (!ask) return undefined;
  const { who, sql, values = [] } = ask;
  const from = Date.now();
  const taken = () => ({ kind: kind.name, who: who.name, sql, values, from, to: Date.now() });
  try {
    const asked = (session: Session) => session.affected(sql, values);
    const count =
      who.name === OWNER.name
        ? await database.asPostgres(async (session) => {
            for (const [name, value] of Object.entries(who.settings ?? {}))
              await session.rows('select set_config($1, $2, true)', [name, value]);
            return asked(session);
          })
        : await database.as(who, asked, { commit: true });
    return { ...taken(), outcome: count > 0 ? 'ok' : 'nothing' };
  } catch (error) {
    const { code, message, where = '' } = error as { code?: string; message: string; where?: string };
    if (code === undefined) throw error;
    return {
      ...taken(),
      outcome: code,
      message: code === DEADLOCK ? `${message}: ${where.replace(/\s+/g, ' ')}` : message,
    };
  }
}

/** What a step was refused with, and nobody says that it is. */
export function isUnknown(kinds: readonly Kind[], { kind, outcome }: Taken): boolean {
  if (outcome === 'ok' || outcome === 'nothing' || outcome === '42501') return false;
  return !kinds.find(({ name }) => name === kind)?.refused.includes(outcome);
}

/** Kinds as often as their weight says. */
export const weighted = (kinds: readonly Kind[]): readonly Kind[] =>
  kinds.flatMap((kind) => Array.from({ length: kind.weight ?? 1 }, () => kind));

/** A patient of the clinic that the walk is at. */
export const patientOf = (world: World) =>
  world.one(
    `select id, right(id::text, 2) as part from public.patients where organisation_id = $1 and status = 'active' and archived_at is null order by mrn`,
  );
