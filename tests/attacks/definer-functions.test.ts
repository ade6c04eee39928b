import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../support/ids.ts';
import { type Persona, personas } from '../support/personas.ts';

const database = useDatabase();

/** Functions of the API and who may call them, from the catalog. */
async function callable(role: string): Promise<string[]> {
  const rows = await database().asSuperuser((session) =>
    session.rows<{ name: string }>(
      `select p.oid::regprocedure::text as name
       from pg_proc as p
       join pg_namespace as n on n.oid = p.pronamespace
       where n.nspname = 'public' and has_function_privilege($1, p.oid, 'execute') and has_schema_privilege($1, n.oid, 'usage')
       order by 1`,
      [role],
    ),
  );
  return rows.map(({ name }) => name);
}

describe('the functions of the API', () => {
  test('are these, and no other, for each realm [S-04 N-11 +]', async () => {
    expect(await callable('authenticated')).toEqual([
      'accept_invitation(text,text)',
      'accept_membership(uuid)',
      'admit_patient(uuid,uuid,uuid)',
      'cancel_transfer(uuid,uuid)',
      'close_emergency_access(uuid)',
      'consent_receipt(uuid)',
      'declare_restricted_read(text,text)',
      'discharge_patient(uuid,text)',
      'dispatch_transfer(uuid,uuid,uuid)',
      'erase_subject(uuid)',
      'evaluate_policy(text,text,uuid)',
      'export_signed_form(uuid)',
      'export_subject(uuid)',
      'finalise_document(uuid,text)',
      'invite_member(text,text,text[],integer)',
      'issue_read_ticket(uuid)',
      'issue_upload_grant(uuid,text,text,text,bigint)',
      'list_insight_dispatches(integer)',
      'open_emergency_access(uuid,text,integer)',
      'plan_erasure(uuid)',
      'pre_request()',
      'preview_form(uuid)',
      'read_medical_record(uuid,text,text)',
      'rely_on_legal_basis(uuid,text,text,text)',
      'review_emergency_access(uuid,text,text)',
      'set_context(uuid,text)',
      'set_document_status(uuid,text,text)',
      'set_smart_insights(boolean)',
      'sign_form(uuid,text,text,text)',
      'simulate_policy(text,text,uuid,uuid,timestamp with time zone,inet,text)',
      'smart_insights_payload()',
      'smart_insights_suggestions()',
      'terminate_form(uuid,text)',
      'withdraw_consent(uuid,text)',
    ]);
    expect(await callable('internal_ops')).toEqual([
      'acknowledge_schema_change(text,text)',
      'attach_invoice(uuid,uuid,uuid)',
      'cancel_transfer(uuid,uuid)',
      'create_organisation(text,text,text,text,text,uuid)',
      'detach_invoice(uuid,uuid)',
      'dispatch_transfer(uuid,uuid,uuid)',
      'end_processor(text)',
      'evaluate_policy(text,text,uuid)',
      'issue_read_ticket(uuid)',
      'list_schema_changes(boolean)',
      'pre_request()',
      'prove_consistency(text,bigint,bigint)',
      'prove_record(text,text[],bigint)',
      'register_processor(text,text,boolean,date,date)',
      'reject_schema_change(text,text,text)',
      'seal_head()',
      'seal_records()',
      'watch_catalog()',
    ]);
    expect(await callable('patient')).toEqual([
      'consent_receipt(uuid)',
      'evaluate_policy(text,text,uuid)',
      'export_signed_form(uuid)',
      'export_subject(uuid)',
      'issue_read_ticket(uuid)',
      'pre_request()',
      'preview_form(uuid)',
      'sign_form(uuid,text,text,text)',
      'who_saw_record(uuid,timestamp with time zone)',
      'withdraw_consent(uuid,text)',
    ]);
  });

  test('are none but the check of a request for who is not signed in, and for the server key those that seal, prove and hand out what a ticket or digest names, or no document [S-04 N-11 -]', async () => {
    expect(await callable('anon')).toEqual(['pre_request()']);
    expect(await callable('service_role')).toEqual([
      'orphaned_objects(uuid,integer)',
      'pre_request()',
      'prove_consistency(text,bigint,bigint)',
      'prove_record(text,text[],bigint)',
      'redeem_read_ticket(uuid,uuid)',
      'seal_head()',
      'seal_records()',
      'verify_document(uuid,uuid,text)',
      'watch_catalog()',
    ]);
  });
});

describe('helpers that policies call', () => {
  test('are not to be called by name, though policies call them for everybody [S-04 N-11 -]', async () => {
    const calls = [
      'authz.organisation_id()',
      `authz.organisation_for('{}', '{}')`,
      `authz.holds('{}', '{}')`,
      'authz.user_id()',
      'authz.now()',
      'authz.client_address()',
      `authz.treated_patients(null)`,
      'authz.emergency_patients()',
      `authz.organisation_within('{}', '{}', null, false, '{}')`,
      `authz.treated_by('${CLINIC_A}', '${personas.doctor.userId}', now())`,
      `authz.emergency_of('${CLINIC_B}', '${personas.doctorOfB.userId}', now())`,
      `authz.refuses_emergency('${CLINIC_B}', '${idOf('patient', 'b', '01')}', '${personas.doctorOfB.userId}')`,
      'authz.colleague_ids()',
      `authz.is_own_patient('${CLINIC_A}', '${idOf('patient', 'a', '01')}')`,
      'authz.caller()',
      'authz.care_periods(now())',
      'authz.insights_organisation_id()',
      'authz.lock_insights()',
      `authz.record_insight_dispatch('${CLINIC_A}', repeat('0', 64))`,
      'authz.subject()',
      'authz.reachable_patients()',
      `authz.treatment_consent_until('${CLINIC_B}', '${idOf('patient', 'b', '01')}')`,
    ];
    for (const persona of [
      personas.doctor,
      personas.patient,
      personas.opsAdmin,
      personas.anon,
      personas.service,
    ] as Persona[]) {
      for (const call of calls) {
        const outcome = await database().as(persona, (session) => session.attempt(`select ${call}`));
        expect(outcome, `${persona.name}: ${call}`).toMatchObject({ ok: false, code: '42501' });
      }
    }
  });

  test("see through their owner only what its grants list: it reads of a patient no more than the name that a packet carries under consent, and writes nobody's membership [S-04 N-09 -]", async () => {
    const refused = await database().asSuperuser(
      async (session) => {
        await session.script('set local role cordon_definer');
        return [
          await session.attempt('select mrn from public.patients'),
          await session.attempt('select name_key from public.patients'),
          await session.attempt('select phone from public.patient_identity'),
          await session.attempt('select allergies from public.patient_clinical'),
          await session.attempt('select reason from public.appointment_reasons'),
          await session.attempt(`update public.organisation_members set role = 'doctor'`),
          await session.attempt('select * from auth.users'),
        ].map((outcome) => (outcome.ok ? `ok, ${outcome.count} rows` : outcome.code));
      },
      { rollback: true },
    );
    expect(refused).toEqual(refused.map(() => '42501'));
    expect(refused).toHaveLength(7);
  });

  test('work for whom they are meant: policies answer [S-04 N-11 +]', async () => {
    const counts = [];
    for (const persona of [personas.doctor, personas.patient]) {
      counts.push(
        await database().as(persona, (session) =>
          session.value('select count(*)::integer from public.patients'),
        ),
      );
    }
    expect(counts).toEqual([3, 1]);
  });
});
