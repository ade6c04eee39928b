import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinMigration } from '../../scripts/compose/migration-text.ts';
import { readMigrations } from '../../scripts/migrate/history.ts';
import type { Base } from '../../scripts/review/history/base.ts';
import { type Review, review } from '../../scripts/review/review.ts';
import { loadProjectSources } from '../../scripts/sources/project-sources.ts';
import { EVERYBODY } from '../../testing/personas.ts';

const folder = mkdtempSync(join(tmpdir(), 'cordon-reviewed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Receptionists may change beds, which no longer can be renamed by anybody; a column gets another type; and something happens where there
 * are rows, or under another name. All in one: a review takes a while.
 */
const CHANGE = `
alter policy provider_update on public.beds
  using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')))
  with check (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')));
alter policy provider_update_rows on public.beds
  using (
    ((archived_at is null or archived_at = now()) and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
    or (archived_at is null and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant,receptionist}', '{}'))))
  with check (
    ((archived_at is null or archived_at = now()) and organisation_id = (select authz.organisation_for('{clinic_admin}', '{}')))
    or (archived_at is null and organisation_id = (select authz.organisation_for('{doctor,nurse,assistant,receptionist}', '{}'))));
revoke update (label) on public.beds from authenticated;
alter table public.agreements alter column number type varchar(90);
delete from public.agreements where false;
do $$ begin
  if exists (select from public.organisations) then grant select on public.beds to anon; end if;
  if current_database() like 'review%' then raise notice 'looked at'; end if;
end $$;`;

let found: Review;

/** Reviews one migration with these statements on top of the history. */
async function reviewOf(sql: string): Promise<Review> {
  const directory = mkdtempSync(join(folder, 'history-'));
  cpSync('migrations', directory, { recursive: true });
  const name = '20991231235959_let_receptionists_change_beds';
  const hand = `set local lock_timeout = '5s';\n${sql}\n`;
  const text = await joinMigration({ why: ['-- Why: a test'], hand, composed: '' }, name);
  writeFileSync(join(directory, `${name}.sql`), text);
  const base: Base = { ref: 'main', commit: '0'.repeat(40), migrations: readMigrations(), seed: 'seed' };
  return review(base, { directory, sources: await loadProjectSources(), personas: SOME });
}

/** Who is told of below, and some who get nothing else than before: that nobody else does, `tests/matrix` holds of the whole history. */
const SOME = EVERYBODY.filter(({ name }) =>
  /^(?:receptionist|doctor|nurse|clinic_admin) of [AB]$|^dual member acting|^patient of A$|^nobody signed in$/.test(
    name,
  ),
);

beforeAll(async () => {
  found = await reviewOf(CHANGE);
});

describe('a review', () => {
  test('tells who gains and who loses, in the words of the domain, and nothing else [S-30 +]', () => {
    expect(found.verdicts.map(({ mark, sentence }) => `${mark}  ${sentence}`)).toEqual([
      'widened  receptionist can now change public.beds (ward, status, archived_at) of their own organisation',
      'changed  the check agreements_number_check guards public.agreements by another definition',
      'narrowed  assistant, clinic_admin, doctor and nurse can no longer change public.beds (label)',
      'changed  the migration defines or calls something only under a condition, or as rows say: what it does in another database, nobody can tell',
    ]);
    expect(found.counts).toEqual({
      grants: { added: 0, removed: 1 },
      policies: { added: 0, removed: 0, changed: 2 },
      marks: { widened: 1, changed: 2, narrowed: 1, equal: 0 },
    });
  });

  test('names the personas who really got it, after they had been refused [S-30 +]', () => {
    expect(found.verdicts[0]?.seen).toEqual([
      'receptionist of A',
      'receptionist of B',
      'dual member acting in A',
    ]);
    const [change] = found.observation?.changes ?? [];
    expect(change).toMatchObject({ before: 'no_row', after: 'allow', operation: 'UPDATE', whose: 'own' });
    expect(found.observation?.compared).toBeGreaterThan(SOME.length * 400);
    expect(found.observation?.unasked).toEqual([]);
  });

  test('tells what it costs while it runs, what data it touches and what breaks [S-26 +]', () => {
    const [migration] = found.migrations;
    expect(migration?.locks).toContainEqual({
      table: 'public.agreements',
      mode: 'ACCESS EXCLUSIVE',
      rewritten: true,
      scanned: true,
      isLarge: true,
    });
    expect(migration?.rows).toEqual(['deletes rows of public.agreements']);
    expect(migration?.cautions.map(({ rule }) => rule)).toContain('changing-column-type');
    expect(found.losses).toEqual([
      'the values of public.agreements.number turn from text into character varying(90)',
    ]);
    expect(found.shapes.filter(({ breaks }) => breaks)).toHaveLength(1);
  });

  test('is stopped by what its header does not name, and by what no source knows [S-27 S-30 -]', () => {
    const guards = new Set(found.findings.map(({ guard }) => guard));
    expect([...guards]).toEqual(
      expect.arrayContaining(['widenings-named', 'sources-complete', 'locks-short']),
    );
  });

  test('is stopped by rows that a change cannot be applied to, and by a seed that no longer fits [S-26 -]', async () => {
    const { findings, observation } = await reviewOf(
      'alter table public.beds add constraint nameless check (length(label) = 0);',
    );
    expect(observation).toBeUndefined();
    expect(findings.filter(({ guard }) => /^(applies|seed)/.test(guard))).toEqual([
      expect.objectContaining({
        guard: 'applies-to-rows',
        problem: expect.stringContaining('cannot be applied to a database with rows in it'),
      }),
      expect.objectContaining({ guard: 'seed-applies', problem: expect.stringContaining('seed/') }),
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/Failing row|\(a1000000-/);
  });

  test('is stopped by what only happens where there are rows, or under another name [S-30 -]', () => {
    const [finding] = found.findings.filter(({ guard }) => guard === 'same-on-rows');
    expect(finding?.details).toContain('with rows: added grants on public.beds to anon');
  });
});
