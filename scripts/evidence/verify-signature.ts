import { type Check, digest, isMoment } from './digest.ts';
import { parsed, partOf } from './json-file.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * What `export_signed_form` gives. `content`, `record` and `termination` are texts, because a digest is of bytes. The digest of a termination is the one
 * that was recorded when the form ended, in a table that is sealed: none where that was before such records, or they are kept no longer.
 */
export interface SignatureExport {
  readonly format: 'cordon.signature-evidence.1';
  readonly form: Part;
  readonly content: string;
  readonly record: string;
  readonly record_sha256: string;
  readonly termination?: string | null;
  readonly termination_sha256?: string | null;
  readonly termination_event_id?: string | null;
  /** How many records of its end there are: an export made before they were counted says nothing of it. */
  readonly termination_events?: number;
}

/**
 * Whether a signature's parts are whole and say the same (S-31, S-32). It needs no database and believes nobody but the digests: who
 * holds the signer's receipt can tell an export that was made up as a whole, digests included.
 *
 * @param receipt `record_sha256` as `sign_form` gave it to the signer; without it the last check is left out.
 * @throws SyntaxError where content or record is not JSON.
 */
export function verifySignature(signature: SignatureExport, receipt?: string): readonly Check[] {
  const { form, content, record } = signature;
  const signed = partOf(JSON.parse(content));
  const template = partOf(signed.template);
  const made = partOf(JSON.parse(record));
  const same = (...values: readonly unknown[]) =>
    values.every((value) => value !== undefined && JSON.stringify(value) === JSON.stringify(values[0]));
  return [
    {
      claim: 'the text that was signed has its digest',
      holds: same(digest(content), form.content_sha256, made.content_sha256),
    },
    {
      claim: "the template's text has its digest",
      // String would take a list for its only text, and end with an object that says so.
      holds:
        typeof template.body === 'string' &&
        same(digest(template.body), template.body_sha256, made.body_sha256),
    },
    {
      claim: 'the record of the signature has its digest, and text and record are of a format that is known',
      holds:
        same(digest(record), signature.record_sha256) &&
        made.format === 'cordon.signature.1' &&
        signed.format === 'cordon.signed-content.1',
    },
    {
      claim: 'form, text and record name one form of one patient of one organisation',
      holds:
        same(form.organisation_id, signed.organisation_id, made.organisation_id) &&
        same(form.id, signed.form_id, made.form_id) &&
        same(form.patient_id, signed.patient_id, made.patient_id) &&
        same(form.template_id, template.id) &&
        same(form.case_id, signed.case_id),
    },
    {
      claim: 'name, capacity, meaning, time, signer and witness are those of the record',
      holds: ['typed_name', 'capacity', 'meaning', 'signed_at', 'signed_by_user_id', 'witness_user_id'].every(
        (key) => same(form[key], made[key]),
      ),
    },
    {
      claim: 'it was signed, and ended only with a reason',
      holds: isSigned(form) && (signature.termination == null || tellsEndOf(signature)),
    },
    ...(signature.termination_sha256 == null
      ? []
      : [{ claim: 'when it ended, by whom and why is what was recorded then', holds: isEndOf(signature) }]),
    ...(signature.termination_events === undefined
      ? []
      : [
          {
            claim: 'of its end no more than one record was written',
            holds: signature.termination_events === (signature.termination_sha256 == null ? 0 : 1),
          },
        ]),
    ...(receipt === undefined
      ? []
      : [{ claim: "the signer's receipt is of this record", holds: same(receipt, digest(record)) }]),
  ];
}

/** By the signer or before a witness; and of one in force nothing of an end is told, of one that ended all of it, after it began. */
function isSigned(form: Part): boolean {
  const { status, signed_at, terminated_at, terminated_by_user_id, termination_reason } = form;
  if (!isMoment(signed_at) || (form.signed_by_user_id === null) === (form.witness_user_id === null))
    return false;
  if (status === 'active')
    return terminated_at === null && terminated_by_user_id == null && termination_reason === null;
  return (
    status === 'terminated' &&
    isMoment(terminated_at) &&
    terminated_at >= signed_at &&
    isSaid(termination_reason)
  );
}

function isEndOf(signature: SignatureExport): boolean {
  return tellsEndOf(signature) && digest(String(signature.termination)) === signature.termination_sha256;
}

/** Whether the text of its end is that of this form, and says what the form says: nobody reads two ends in one file. */
function tellsEndOf({ form, termination }: SignatureExport): boolean {
  if (form.status !== 'terminated' || typeof termination !== 'string') return false;
  const end = partOf(parsed(termination));
  return (
    end.form_id === form.id &&
    [
      'organisation_id',
      'content_sha256',
      'terminated_at',
      'terminated_by_user_id',
      'termination_reason',
    ].every((key) => end[key] !== undefined && end[key] === form[key])
  );
}

function isSaid(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
