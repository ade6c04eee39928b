import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, sign } from '../support/forms.ts';

const database = useDatabase();
const commit = { commit: true };
const codeOf = (outcome: Outcome) => (outcome.ok ? 'done' : outcome.code);
const withdraw = (consent: string) =>
  database().as(
    personas.patient,
    (session) =>
      session.attempt(`update public.consents set status = 'withdrawn' where id = $1 and status = 'active'`, [
        consent,
      ]),
    commit,
  );

describe('neither is a deadlock\u2019s victim', () => {
  const ROUNDS = 24;

  async function race(
    prepare: (round: number) => Promise<void>,
    one: (round: number) => Promise<Outcome>,
    other: (round: number) => Promise<Outcome>,
  ): Promise<string[]> {
    const told = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      await prepare(round);
      const both = round % 2 === 0 ? [one(round), other(round)] : [other(round), one(round)];
      for (const outcome of await Promise.all(both)) told.add(codeOf(outcome));
    }
    return [...told].sort();
  }
  const consentOfRound = (round: number) => idOf('consent', 'a', String(60 + (round % 39)).padStart(2, '0'));
  const renewed = (round: number) =>
    database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.rows(
        `update public.patients set status = 'active' where organisation_id = $1 and id = $2 and status <> 'active'`,
        [CLINIC_A, ANA],
      );
      await session.rows(
        `update public.consents set status = 'withdrawn' where organisation_id = $1 and patient_id = $2 and purpose = 'treatment' and status = 'active'`,
        [CLINIC_A, ANA],
      );
      await session.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, status) values ($1, $2, $3, 'treatment', 'active')
         on conflict (organisation_id, id) do nothing`,
        [CLINIC_A, consentOfRound(round), ANA],
      );
    });

  test(`a withdrawal and the patient becoming inactive: ${ROUNDS} rounds [N-27 N-50 -]`, async () => {
    const told = await race(
      renewed,
      (round) => withdraw(consentOfRound(round)),
      () =>
        database().as(
          personas.clinicAdmin,
          (session) => session.attempt(`update public.patients set status = 'inactive' where id = $1`, [ANA]),
          commit,
        ),
    );
    expect(told).toEqual(['done']);
    await renewed(ROUNDS);
  }, 60_000);

  test(`a withdrawal and a new record of the same patient: ${ROUNDS} rounds, and no record stays open [N-45 N-50 -]`, async () => {
    const told = await race(
      renewed,
      (round) => withdraw(consentOfRound(round)),
      () =>
        database().as(
          personas.doctor,
          (session) =>
            session.attempt(
              `insert into public.medical_records (organisation_id, patient_id, record_type) values ($1, $2, 'observation')`,
              [CLINIC_A, ANA],
            ),
          commit,
        ),
    );
    expect(told).toEqual(['done']);
    expect(
      await database().asSuperuser((session) =>
        session.value(
          `select count(*)::integer from public.medical_records as r
           where r.organisation_id = $1 and r.treatment_consent_until is distinct from authz.treatment_consent_until(r.organisation_id, r.patient_id)`,
          [CLINIC_A],
        ),
      ),
    ).toBe(0);
  }, 60_000);

  test(`a signature before a witness and the patient who rejects what it carries: ${ROUNDS} rounds [N-50 S-33 -]`, async () => {
    let form = '';
    let consent = '';
    const told = await race(
      async () => {
        if (form !== '') {
          await database().as(
            personas.clinicAdmin,
            (session) => session.attempt(`select public.terminate_form($1, 'The round is over.')`, [form]),
            commit,
          );
        }
        await database().as(
          personas.receptionist,
          async (session) => {
            form = String(
              await session.value(
                `insert into public.signed_forms (organisation_id, patient_id, template_id) values ($1, $2, $3) returning id`,
                [CLINIC_A, ANA, idOf('template', 'f', '01')],
              ),
            );
            consent = String(
              await session.value(
                `insert into public.consents (organisation_id, patient_id, purpose, signed_form_id) values ($1, $2, 'transfer_disclosure', $3) returning id`,
                [CLINIC_A, ANA, form],
              ),
            );
          },
          commit,
        );
      },
      () => database().as(personas.nurse, (session) => sign(session, form), commit),
      () =>
        database().as(
          personas.patient,
          (session) =>
            session.attempt(
              `update public.consents set status = 'rejected' where id = $1 and status = 'proposed'`,
              [consent],
            ),
          commit,
        ),
    );
    expect(told).toEqual(['done']);
    // What was rejected first is in no signed text.
    expect(
      await database().asSuperuser((session) =>
        session.value(
          `select count(*)::integer from public.signed_forms as f
           join public.consents as c on c.organisation_id = f.organisation_id and c.signed_form_id = f.id
           where f.status <> 'draft' and c.status = 'rejected' and f.content like '%' || c.id || '%'`,
        ),
      ),
    ).toBe(0);
  }, 60_000);
});
