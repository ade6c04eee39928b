import { describe, expect, test } from 'vitest';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const { anon } = personas;

const ask = (persona: Persona, sql: string) => database().as(persona, (session) => session.attempt(sql));

describe('whoever has not signed in', () => {
  test.each([
    ['consent_purposes', 'purpose, description', 'purpose'],
    ['form_templates', 'id, kind, code, version, language, title', 'id'],
  ])('reads of %s what it is called, as whoever has does [N-17 +]', async (table, columns, key) => {
    const sql = `select ${columns} from public.${table} order by ${key}`;
    const read = await ask(anon, sql);
    expect(read).toMatchObject({ ok: true });
    expect(read.ok && read.rows.length).toBeGreaterThan(0);
    expect(read).toEqual(await ask(personas.receptionist, sql));
  });

  test.each([
    ['form_templates', 'body'],
    ['form_templates', 'created_by_user_id'],
    ['consent_purposes', 'alias'],
    ['consent_purposes', 'updated_by_user_id'],
    ['consent_purpose_versions', 'description'],
  ])(
    'reads neither what a text says nor who wrote it: %s.%s [N-17 N-46 -, N-17 +]',
    async (table, column) => {
      const sql = `select ${column} from public.${table}`;
      expect(await ask(anon, sql)).toMatchObject({ ok: false, code: '42501' });
      expect(await ask(personas.receptionist, sql), 'control').toMatchObject({ ok: true });
    },
  );

  test('writes none of it, and reads nothing of what was put away [N-17 -, N-17 +]', async () => {
    for (const sql of [
      `update public.form_templates set title = 'Other'`,
      `insert into public.consent_purposes (purpose, description) values ('other', 'Other')`,
    ])
      expect(await ask(anon, sql), sql).toMatchObject({ ok: false, code: '42501' });
    const texts = 'select id from public.form_templates order by id';
    const before = await ask(anon, texts);
    const [gone, ...left] = before.ok ? before.rows : [];
    await database().asSuperuser((session) =>
      session.rows('update public.form_templates set archived_at = now() where id = $1', [gone?.id]),
    );
    expect(left.length).toBeGreaterThan(0);
    expect(await ask(anon, texts)).toMatchObject({ ok: true, rows: left });
  });
});
