import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import { FENCED_REALMS, REALM_ROLE } from '../../policies/vocabulary.ts';
import { renderAccessMatrix } from '../../scripts/codegen/access-matrix.ts';
import { historyDigest } from '../../scripts/migrate/checksums.ts';
import { EVERYBODY, type Persona, personas } from '../../testing/personas.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { type Cell, differingCells } from '../support/matrix/cell.ts';
import { expectedColumns } from '../support/matrix/expected.ts';
import { differingGrants } from '../support/matrix/grants.ts';
import { observeMatrix } from '../support/matrix/matrix.ts';
import { readPrivileges } from '../support/matrix/privileges.ts';

const database = useDatabase();

describe('the observed access matrix', () => {
  let cells: readonly Cell[] = [];

  test('every persona gets of every table what the rules declare and the catalog holds, and no more [S-01 S-02 S-03 N-02 N-11 N-14 N-24 N-41 N-42 +]', async () => {
    const matrix = await observeMatrix(database().url('superuser'));
    cells = matrix.cells;
    expect(differingCells(matrix)).toEqual([]);
    expect(matrix.unruled).toEqual([]);
    const perPersona = TABLES.length * 4 * 2;
    expect(cells.length).toBeGreaterThanOrEqual(EVERYBODY.length * perPersona);
  }, 240_000);

  test('the catalog grants each realm the columns that the rules list, and no other [N-02 N-42 +, N-42 -]', async () => {
    const client = new pg.Client({ connectionString: database().url('superuser') });
    await client.connect();
    const { rows } = await client.query<{ relation: string; columns: string }>(`
      select a.attrelid::regclass::text as relation, string_agg(a.attname, ',' order by a.attname collate "C") as columns
      from pg_attribute as a where a.attnum > 0 and not a.attisdropped group by a.attrelid`);
    const every = new Map(
      rows.map(({ relation, columns }) => [
        relation.includes('.') ? relation : `public.${relation}`,
        columns,
      ]),
    );
    const columns = async () => {
      const held = await readPrivileges(client);
      return TABLES.flatMap((table) =>
        FENCED_REALMS.flatMap((realm) =>
          (['SELECT', 'INSERT', 'UPDATE'] as const).flatMap((operation) => {
            const relation = `${table.schema ?? 'public'}.${table.tableName}`;
            const { select, insert, update } = held(REALM_ROLE[realm], relation);
            const got = [...{ SELECT: select, INSERT: insert, UPDATE: update }[operation]].sort();
            const listed = expectedColumns(table, operation, realm);
            const meant = listed === 'all' ? every.get(relation) : (listed ?? []).join();
            return meant === got.join()
              ? []
              : [`${realm} ${operation} ${relation}: ${got.join()} and not ${listed}`];
          }),
        ),
      );
    };
    try {
      expect(await columns()).toEqual([]);
      await client.query('begin; grant update (mrn) on public.patients to patient');
      expect(await columns()).toEqual(['patient UPDATE public.patients: mrn and not undefined']);
    } finally {
      await client.query('rollback');
      await client.end();
    }
  });

  test('the catalog grants what the rules declare, to whom they declare it, and nothing else to anybody [N-02 N-42 +, N-42 -]', async () => {
    const planted = async (grant: string) => {
      await client.query(`begin; ${grant}`);
      const differing = await differingGrants(client);
      await client.query('rollback');
      return differing;
    };
    const client = new pg.Client({ connectionString: database().url('superuser') });
    await client.connect();
    try {
      expect(await differingGrants(client)).toEqual([]);
      expect(await planted('grant update (mrn) on public.patients to patient')).toEqual([
        'patient holds update (mrn) on public.patients, undeclared',
      ]);
      expect(await planted('grant truncate on audit.access_log to cordon_definer')).toEqual([
        'cordon_definer holds truncate on audit.access_log, undeclared',
      ]);
      expect(await planted('grant select (id) on public.beds to public')).toEqual([
        'PUBLIC holds select (id) on public.beds, undeclared',
      ]);
      expect(
        await planted('grant select on public.deployment_events to service_role with grant option'),
      ).toEqual(['service_role holds select on public.deployment_events and may pass it on, undeclared']);
      expect(await planted('revoke select on public.consent_purposes from patient')).toEqual([
        'patient holds select on public.consent_purposes, declared but not held',
      ]);
    } finally {
      await client.end();
    }
  });

  test('nobody of a clinic reaches a row of the other, in any table or view [S-02 S-03 S-04 N-24 N-41 -]', () => {
    const reached = cells.filter(
      ({ persona, whose, observed, relation }) =>
        /of [AB]|dual member/.test(persona) &&
        whose === 'other' &&
        observed === 'allow' &&
        !IN_COMMON.includes(relation),
    );
    expect(cells.length).toBeGreaterThan(0);
    expect(reached).toEqual([]);
  });

  test('who has nothing live gets nothing but what is public [S-02 N-11 N-12 N-16 -]', () => {
    const dead = EVERYBODY.filter(({ live }) => live === undefined).map(({ name }) => name);
    const reached = cells.filter(
      ({ persona, observed, relation, whose }) =>
        dead.includes(persona) &&
        observed === 'allow' &&
        !IN_COMMON.includes(relation) &&
        // Their own name, which no organisation holds.
        !(relation === 'public.profiles' && whose === 'own'),
    );
    expect(dead.length).toBeGreaterThan(10);
    expect(reached).toEqual([]);
  });

  test('nobody deletes, anywhere [N-02 -]', () => {
    expect(
      cells.filter(({ operation, observed }) => operation === 'DELETE' && observed !== 'no_grant'),
    ).toEqual([]);
  });

  test('generated/access-matrix.md is what was observed', async () => {
    const committed = await readFile(new URL('../../generated/access-matrix.md', import.meta.url), 'utf8');
    expect(committed).toBe(renderAccessMatrix(cells, historyDigest()));
  });
});

/** Tables of no tenant that everybody signed in, or everybody at all, may read. */
const IN_COMMON = ['public.consent_purpose_versions', 'public.consent_purposes', 'public.form_templates'];

describe('the matrix can fail', () => {
  const table = 'public.patient_clinical';

  async function differences(plant: string, who: readonly Persona[], tables: readonly string[] = [table]) {
    const clone = await TestDatabase.clone(inject('server'));
    try {
      await clone.asSuperuser((session) => session.script(plant));
      const matrix = await observeMatrix(clone.url('superuser'), { personas: who, tables });
      return differingCells(matrix).map(
        ({ operation, whose, persona, expected, observed }) =>
          `${persona} ${operation} ${whose}: ${expected}, got ${observed}`,
      );
    } finally {
      await clone.drop();
    }
  }

  test('a widening policy shows [N-42 -]', async () => {
    const plant = `create policy planted on ${table} for select to authenticated using (true);
      alter policy provider_fence on ${table} using (organisation_id = (select authz.organisation_id()))`;
    expect(await differences(plant, [personas.receptionist])).toEqual([
      'receptionist of A SELECT own: no_row, got allow',
    ]);
  });

  test('a missing fence beside it shows as another tenant in reach [N-42 -]', async () => {
    const plant = `create policy planted on ${table} for select to authenticated using (true);
      drop policy provider_fence on ${table}`;
    expect(await differences(plant, [personas.doctor])).toEqual([
      'doctor of A SELECT other: no_row, got allow',
    ]);
  });

  test('a missing policy shows [N-42 -]', async () => {
    const plant = `drop policy provider_select on ${table}`;
    expect(await differences(plant, [personas.doctor])).toContain(
      'doctor of A SELECT own: allow, got no_row',
    );
  });

  test('a missing grant shows [N-42 -]', async () => {
    const plant = `revoke select on ${table} from authenticated`;
    expect(await differences(plant, [personas.doctor])).toContain(
      'doctor of A SELECT own: allow, got no_grant',
    );
  });

  test('a widening grant shows, even where a policy still refuses [N-42 -]', async () => {
    const plant = `grant delete on ${table} to authenticated`;
    expect(await differences(plant, [personas.doctor])).toContain(
      'doctor of A DELETE own: no_grant, got no_row',
    );
  });

  test('a write policy that only a bare statement gets past shows [N-42 -]', async () => {
    const plant = `drop policy provider_fence on ${table};
      create policy planted on ${table} for update to authenticated using (true) with check (true)`;
    expect(await differences(plant, [personas.doctor])).toContain(
      'doctor of A UPDATE other: no_row, got allow',
    );
  });

  test('a disabled tenant trigger shows as unpinned writes [S-05 -]', async () => {
    const plant = `alter table ${table} disable trigger _050_tenant`;
    expect(await differences(plant, [personas.service])).toContain(
      'unpinned service role UPDATE own: not_pinned, got allow',
    );
  });

  test('a table without rules shows [N-29 -]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    try {
      await clone.asSuperuser((session) => session.script('create table public.planted (id uuid)'));
      const { unruled } = await observeMatrix(clone.url('superuser'), { personas: [] });
      expect(unruled).toEqual(['public.planted']);
    } finally {
      await clone.drop();
    }
  });
});
