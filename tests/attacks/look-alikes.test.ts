import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const ANA = idOf('patient', 'a', '01');

/** What a number may carry without anybody seeing that it is another. */
const UNSEEN: readonly (readonly [string, (number: string) => string])[] = [
  ['a sign without width at its end', (number) => `${number}\u200b`],
  ['a sign without width inside', (number) => number.replace('-', '\u2060-')],
  ['a joiner', (number) => number.replace('-', '\u200d-')],
  ['a blank of another script at its end', (number) => `${number}\u00a0`],
  ['a line end', (number) => `${number}\n`],
  ['a selector of a variation', (number) => `${number}\ufe0f`],
  ['a tag', (number) => `${number}\u{e0041}`],
  ['the other direction', (number) => `\u202e${[...number].reverse().join('')}`],
];

describe('the number of a chart', () => {
  test.each(UNSEEN)(
    'is no other by %s: there are no two charts that look like one [S-04 N-01 -, N-01 +]',
    async (_, alike) => {
      await tellStory(database(), async (as) => {
        const reception = await as(personas.receptionist);
        const enter = (mrn: string) =>
          reception.attempt(
            `insert into public.patients (organisation_id, mrn, full_name) values ($1, $2, 'Ana Outra')`,
            [CLINIC_A, mrn],
          );
        const rename = (mrn: string) =>
          reception.attempt('update public.patients set mrn = $1 where id = $2', [mrn, ANA]);
        const number = String(await reception.value('select mrn from public.patients where id = $1', [ANA]));
        expect(await enter(number), 'control: the same').toMatchObject({ ok: false, code: '23505' });
        expect(await enter(alike(number))).toMatchObject({ ok: false, code: '23514' });
        expect(await rename(alike(number))).toMatchObject({ ok: false, code: '23514' });
        expect(await enter(`${number}9`), 'control: another').toMatchObject({ ok: true, count: 1 });
        expect(await rename(`${number}8`), 'control').toMatchObject({ ok: true, count: 1 });
      });
    },
  );

  test('is written in one way: what is put together of two signs is the sign [S-04 -, S-04 +]', async () => {
    await tellStory(database(), async (as) => {
      const reception = await as(personas.receptionist);
      const enter = (mrn: string) =>
        reception.attempt(
          `insert into public.patients (organisation_id, mrn, full_name) values ($1, $2, 'José')`,
          [CLINIC_A, mrn],
        );
      expect(await enter('SE\u0301-1')).toMatchObject({ ok: false, code: '23514' });
      expect(await enter('S\u00c9-1')).toMatchObject({ ok: true, count: 1 });
    });
  });
});

describe('the name of a patient', () => {
  const call = (name: string) =>
    database().as(personas.receptionist, (session) =>
      session.attempt('update public.patients set full_name = $1 where id = $2', [name, ANA]),
    );

  test.each([
    ['of nothing that anybody sees', '\u200c\u200d'],
    ['of a blank of another script', '\u00a0'],
    ['with the other direction', 'Ana \u202eavliS'],
    ['of two lines', 'Ana\nSilva'],
  ])('is none %s [N-01 -]', async (_, name) => {
    expect(await call(name)).toMatchObject({ ok: false, code: '23514' });
  });

  test.each([
    ['in Persian, whose joiners belong to it', 'علی\u200cرضا'],
    ['in Japanese, with the shape of its sign', '\u8fbb\u{e0100}'],
    ['put together of two signs', 'Jose\u0301'],
  ])('is one %s [N-01 +]', async (_, name) => {
    expect(await call(name)).toMatchObject({ ok: true, count: 1 });
  });

  test('is mended where the number was written before anybody asked [N-01 +, N-01 -]', async () => {
    await tellStory(database(), async (as) => {
      const owner = await as(personas.receptionist);
      await owner.script('reset role');
      await owner.script(
        'set local session_replication_role = replica; alter table public.patients disable trigger user',
      );
      await owner.rows('update public.patients set mrn = $1 where organisation_id = $2 and id = $3', [
        'OLD\u200b',
        CLINIC_A,
        ANA,
      ]);
      for (const { name } of await owner.rows<{ name: string }>(
        `select tgname as name from pg_trigger where tgrelid = 'public.patients'::regclass and not tgisinternal`,
      ))
        await owner.script(`alter table public.patients enable always trigger ${name}`);
      await owner.script('set local session_replication_role = origin');
      const reception = await as(personas.receptionist);
      expect(
        await reception.attempt(`update public.patients set full_name = 'Ana S.' where id = $1`, [ANA]),
      ).toMatchObject({ ok: true, count: 1 });
      expect(
        await reception.attempt(`update public.patients set mrn = mrn || '\u200b' where id = $1`, [ANA]),
      ).toMatchObject({ ok: false, code: '23514' });
    });
  });
});
