import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

/** Of the seed: Ana's, with evidence and no answer yet. */
const REQUEST = idOf('request', 'a', '01');
const DONE = { ok: true, count: 1 };
const REFUSED = { ok: false, code: 'CD014' };
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };

const write = (session: Session, column: 'answer' | 'evidence', text: string | null) =>
  session.attempt(
    `update public.subject_request_evidence set ${column} = $3 where organisation_id = $1 and id = $2`,
    [CLINIC_A, REQUEST, text],
  );
const step = (session: Session, status: string) =>
  session.attempt(
    `update public.subject_requests set status = $2, refusal_basis = case when $2 = 'refused' then 'The law keeps it.' end,
       answered_otherwise = case when $2 = 'completed' then 'On paper, at the desk.' end where id = $1`,
    [REQUEST, status],
  );

describe.each(['completed', 'refused'])('what a person was told, once the request is %s', (status) => {
  test('stays what it was, and what it rested on, by whatever hand [N-49 -, N-49 +]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      expect(await step(officer, 'in_progress')).toMatchObject(DONE);
      for (const text of ['We hold nothing of yours.', 'Here is all that we hold of you.'])
        expect(await write(officer, 'answer', text), 'control: until then').toMatchObject(DONE);
      expect(await step(officer, status)).toMatchObject(DONE);
      for (const hand of [personas.privacyOfficer, owner]) {
        const session = await as(hand);
        for (const text of ['We hold nothing of yours.', '', null])
          expect(await write(session, 'answer', text), `${hand.name}: ${text}`).toMatchObject(REFUSED);
        expect(await write(session, 'evidence', 'Nobody asked.'), hand.name).toMatchObject(REFUSED);
        expect(
          await write(session, 'answer', 'Here is all that we hold of you.'),
          'control: the same',
        ).toMatchObject(DONE);
      }
      expect(
        await (await as(personas.privacyOfficer)).rows(
          'select answer, evidence from public.subject_request_evidence where id = $1',
          [REQUEST],
        ),
      ).toEqual([
        {
          answer: 'Here is all that we hold of you.',
          evidence: 'Asked on the portal; the account was confirmed by two people.',
        },
      ]);
    });
  });

  test('may still be written down, where nothing was yet, and once [N-49 +, N-49 -]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      await step(officer, 'in_progress');
      expect(await step(officer, status)).toMatchObject(DONE);
      expect(await write(officer, 'answer', 'Sent by letter.')).toMatchObject(DONE);
      expect(await write(officer, 'answer', 'Never sent.')).toMatchObject(REFUSED);
    });
  });
});

test('an answer that waited for the request to be closed is refused: who closes it is seen [N-49 -]', async () => {
  await database().as(
    personas.privacyOfficer,
    async (session) => {
      await step(session, 'in_progress');
      await write(session, 'answer', 'Here is all that we hold of you.');
    },
    { commit: true },
  );
  let late: ReturnType<typeof write> | undefined;
  await database().as(
    personas.privacyOfficer,
    async (first) => {
      expect(await step(first, 'completed')).toMatchObject(DONE);
      let isOver = false;
      late = database().as(
        personas.privacyOfficer,
        (second) => write(second, 'answer', 'We hold nothing of yours.'),
        { commit: true },
      );
      void late.finally(() => {
        isOver = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(isOver, 'it waits').toBe(false);
    },
    { commit: true },
  );
  expect(await late).toMatchObject(REFUSED);
});
