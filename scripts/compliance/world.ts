import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { CLINIC_A } from '../../testing/ids.ts';
import { type Persona, personas, transporters } from '../../testing/personas.ts';
import { escapeIdentifier, quoteLiteral } from '../postgres/quote.ts';

export { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';

const CAST = { ...personas, dispatcherOfC: transporters.dispatcher } as const;
export type Cast = keyof typeof CAST;

/** Somebody of the seed, with what a probe changes of their request. */
export type Who =
  | Cast
  | {
      readonly name: Cast;
      readonly claims?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly settings?: Readonly<Record<string, string>>;
    };

/** Of the seed, what a world of two clinics needs. What seals the trail or proposes migrations stays out. */
const FILES = [
  '10_logins',
  '20_organisations',
  '30_patients',
  '40_records',
  '50_operations',
  '60_money',
  '70_transfers',
  '80_forms',
  '90_handed_over',
];

/** Probes that are not about hours hold at any hour. */
const OPEN_ALL_DAY = `do $$
declare
  v_letter text;
begin
  foreach v_letter in array '{a,b,c}'::text[] loop
    perform set_config('app.pinned_organisation_id', v_letter || '0000000-0000-7000-8000-000000000001', true);
    update public.organisation_settings set business_hours = '{"start": 0, "end": 24}'
     where organisation_id = current_setting('app.pinned_organisation_id')::uuid;
  end loop;
end
$$`;

/** Realms that whoever migrates made and may therefore give to itself; the transaction takes it back. */
const REALMS = ['internal_ops', 'patient'];

/**
 * The synthetic world of the seed, under ids that no row has: a part of every id is drawn by lot, so that it fits beside whatever
 * the database holds, the seed included. It exists in one transaction, which is rolled back.
 */
export class World {
  readonly #mark: string;
  /** Makes the connection's next statement that of the connecting role. */
  readonly home: string;

  /** @param role who looks, where that is not who logged in. */
  constructor(role?: string) {
    this.#mark = drawMark();
    this.home = role === undefined ? 'reset role' : `set local role ${escapeIdentifier(role)}`;
  }

  /** Text of the seed's world, as it is called in this one. */
  own(text: string): string {
    return text
      .replaceAll(/-0000-7000-([89])000-/g, `-${this.#mark}-7000-$1000-`)
      .replaceAll('.example', `.x${this.#mark}.example`)
      .replaceAll(`, 1, 'en'`, `, ${10_000 + Number.parseInt(this.#mark, 16)}, 'en'`);
  }

  /** What this world answered, as the seed's world would have: equal from run to run. */
  common(text: string): string {
    return text
      .replaceAll(new RegExp(`-${this.#mark}-7000-([89])000-`, 'g'), '-0000-7000-$1000-')
      .replaceAll(`.x${this.#mark}.example`, '.example');
  }

  /** Makes it, in the transaction that the client is in. */
  async stage(client: pg.Client): Promise<void> {
    for (const file of FILES) {
      await client.query(this.own(readFileSync(new URL(`../../seed/${file}.sql`, import.meta.url), 'utf8')));
    }
    await client.query(this.own(OPEN_ALL_DAY));
    await client.query('set constraints all immediate');
    for (const realm of REALMS) await client.query(mayBecome(realm));
  }

  /** The statements that make the connection's next one that of somebody; of nobody named, of the connecting role. */
  become(who: Who | undefined): string {
    const { claims, settings, headers, role } = requestOf(who);
    const all = {
      'request.jwt.claims': claims === undefined ? '' : JSON.stringify(claims),
      'request.headers': JSON.stringify(headers),
      'app.current_clinic_id': '',
      'app.current_organisation_id': '',
      'app.purpose': '',
      'storage.operation': '',
      'storage.allow_delete_query': '',
      ...settings,
    };
    return [
      this.home,
      ...Object.entries(all).map(
        ([name, value]) => `select set_config(${quoteLiteral(name)}, ${quoteLiteral(this.own(value))}, true)`,
      ),
      ...(role ? [`set local role ${escapeIdentifier(role)}`] : []),
    ].join(';\n');
  }
}

/** How a report calls them. */
export function nameOf(who: Who | undefined): string {
  if (who === undefined) return 'the connecting role';
  if (typeof who === 'string') return CAST[who].name;
  const changed = Object.entries({ ...who.settings, ...who.headers }).map(
    ([name, value]) => `${name} = ${value}`,
  );
  const claims = who.claims ? [`claims ${JSON.stringify(who.claims)}`] : [];
  return `${CAST[who.name].name} (${[...changed, ...claims].join(', ')})`;
}

function requestOf(who: Who | undefined) {
  const pinned = { 'app.pinned_organisation_id': CLINIC_A };
  if (who === undefined) return { claims: undefined, headers: {}, settings: pinned, role: undefined };
  const changed = typeof who === 'string' ? { name: who } : who;
  const persona: Persona = CAST[changed.name];
  return {
    role: persona.role,
    claims: { ...persona.claims, ...changed.claims },
    headers: { 'x-forwarded-for': '192.0.2.10', 'user-agent': 'cordon compliance', ...changed.headers },
    // Whoever bypasses policies is pinned by their own doing alone.
    settings: { 'app.pinned_organisation_id': '', ...persona.settings, ...changed.settings },
  };
}

/** Four hexadecimal digits, never the seed's own. */
function drawMark(): string {
  const drawn = randomBytes(2).toString('hex');
  return drawn === '0000' ? drawMark() : drawn;
}

function mayBecome(realm: string): string {
  return `do $$ begin
    set local role ${escapeIdentifier(realm)};
    reset role;
  exception when insufficient_privilege then
    grant ${escapeIdentifier(realm)} to current_user;
  end $$`;
}
