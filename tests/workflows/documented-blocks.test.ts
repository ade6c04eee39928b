import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** The statements of the SQL blocks of a page that hold a text. */
function statementsOf(page: string, holding: string): string[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```sql\n([\s\S]*?)^```$/gm)];
  return blocks
    .map(([, block = '']) => block)
    .filter((block) => block.includes(holding))
    .flatMap((block) => block.split(/;(?: *--[^\n]*)?\n/))
    .filter((statement) => statement.trim() !== '');
}

/** Does what a block says, one transaction as one person; gives what each statement answered. */
const done = (persona: Persona, statements: readonly string[]) =>
  database().as(persona, async (session) => {
    const answers: unknown[] = [];
    for (const statement of statements)
      answers.push(Object.values((await session.rows(statement))[0] ?? {})[0]);
    return answers;
  });

test('docs/privacy.md: a patient is shown a form and signs what was shown, which nobody of another clinic does [S-31 +, S-31 S-02 -]', async () => {
  const statements = statementsOf('docs/privacy.md', 'sign_form');
  const [content, receipt] = await done(personas.patient, statements);
  expect(content).toContain('cordon.signed-content.1');
  expect(receipt).toMatchObject({
    signed_at: expect.any(String),
    record_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  await expect(done(personas.doctorOfB, statements)).rejects.toMatchObject({
    code: expect.stringMatching(/^(42501|CD010)$/),
  });
});

test('docs/insights.md: an admin of operations registers and ends a processor, and an agent none [S-24 +, S-24 -]', async () => {
  const statements = statementsOf('docs/insights.md', 'register_processor');
  expect(statements).toHaveLength(2);
  expect(await done(personas.opsAdmin, statements)).toEqual([expect.any(String), true]);
  await expect(done(personas.opsAgent, statements)).rejects.toMatchObject({ code: '42501' });
});

test('docs/review.md: an admin of operations sees what waits and acknowledges it, and an agent does not [S-28 +, S-28 -]', async () => {
  const statements = statementsOf('docs/review.md', 'acknowledge_schema_change');
  expect(statements).toHaveLength(2);
  const [waiting] = (await done(personas.opsAdmin, statements.slice(0, 1))) as [
    { version: string; checksum: string },
  ];
  const filled = statements.map((statement) =>
    statement.replace('<version>', waiting.version).replace('<checksum>', waiting.checksum),
  );
  expect((await done(personas.opsAdmin, filled))[1]).toBeInstanceOf(Date);
  await expect(done(personas.opsAgent, filled.slice(1))).rejects.toMatchObject({ code: '42501' });
});

test('docs/deploying.md: the first admin of operations makes the first clinic, which nobody else does [N-05 +, N-05 -]', async () => {
  const [admin] = statementsOf('docs/deploying.md', 'ops_members');
  const [settings] = statementsOf('docs/deploying.md', 'update authz.deployment_settings');
  const [first] = statementsOf('docs/deploying.md', 'create_organisation');
  const logins = ['f1000000-0000-7000-8000-000000000009', 'f1000000-0000-7000-8000-000000000010'];
  await database().asSuperuser(async (session) => {
    for (const id of logins) {
      await session.rows('insert into auth.users (id, email) values ($1, $2)', [id, `${id}@example.org`]);
      await session.rows('insert into auth.sessions (id, user_id) values ($1, $1)', [id]);
    }
  });
  await database().asPostgres(async (session) => {
    for (const statement of [settings, admin])
      expect(await session.attempt(statement ?? '')).toMatchObject({ ok: true, count: 1 });
  });
  const [accept] = statementsOf('docs/deploying.md', 'accept_membership');
  const as = (persona: Persona, id = '') => ({
    ...persona,
    claims: { ...persona.claims, sub: id, session_id: id },
  });
  await expect(done(personas.opsAgent, [first ?? ''])).rejects.toMatchObject({ code: '42501' });
  const [made] = await database().as(
    as(personas.opsAdmin, logins[0]),
    (session) => session.rows<{ id: string }>(`select (${first?.replace('select', '')}) as id`),
    { commit: true },
  );
  const member = as(personas.stranger, logins[1]);
  const own = 'select id from public.organisations';
  expect(await database().as(member, (session) => session.rows(own))).toEqual([]);
  expect(
    await database().as(member, async (session) => {
      await session.rows(accept?.replace('<organisation id>', made?.id ?? '') ?? '');
      return session.rows(own);
    }),
  ).toEqual([{ id: made?.id }]);
});
