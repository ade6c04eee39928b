import { misuse } from '../console/errors.ts';
import { type Check, digest, isMoment } from './digest.ts';
import { isRecord, parsed, partOf, readJson } from './json-file.ts';

/** What `consent_receipt` gives. `receipt` is a text, because a digest is of bytes. */
export interface ReceiptExport {
  readonly format: 'cordon.consent-receipt-export.1';
  readonly receipt: string;
  readonly receipt_sha256: string;
}

type Kind = 'text' | 'object' | 'list' | 'moment' | 'moment or null';

/** What a receipt must say (ISO/IEC TS 27560), and what of it may be null. */
const FIELDS: Readonly<Record<string, Kind>> = {
  schema_version: 'text',
  record_id: 'text',
  pii_principal_id: 'text',
  pii_controller: 'object',
  jurisdiction: 'text',
  purpose: 'object',
  lawful_basis: 'text',
  pii_categories: 'list',
  recipients: 'list',
  retention: 'text',
  collection_method: 'text',
  given_at: 'moment',
  valid_until: 'moment or null',
  state: 'text',
  withdrawn_at: 'moment or null',
  withdrawal_method: 'text',
};

/**
 * Reads what `consent_receipt` gave.
 *
 * @throws CommandError (exit code 2) for a file that is not there, not JSON or no receipt.
 */
export async function readReceipt(file: string): Promise<ReceiptExport> {
  const value = await readJson(file, 'the JSON that select consent_receipt(…) gave');
  const isReceipt =
    isRecord(value) &&
    value.format === 'cordon.consent-receipt-export.1' &&
    typeof value.receipt === 'string' &&
    isRecord(parsed(value.receipt)) &&
    typeof value.receipt_sha256 === 'string';
  if (!isReceipt) {
    throw misuse({
      problem: `${file} is no receipt of a consent`,
      expected: 'one JSON object of format cordon.consent-receipt-export.1, with receipt and receipt_sha256',
      remedy: `save it again: psql -Atc "select consent_receipt('<consent id>')" > <file>`,
    });
  }
  return value as unknown as ReceiptExport;
}

/**
 * Whether a receipt is whole (N-45). It needs no database and believes nobody but the digest: one kept from the day of the consent tells a
 * receipt that was made up as a whole.
 *
 * @param kept `receipt_sha256` of a receipt of the same consent in the same state; without it the last check is left out.
 */
export function verifyReceipt(exported: ReceiptExport, kept?: string): readonly Check[] {
  const receipt = parsed(exported.receipt) as Record<string, unknown>;
  const purpose = partOf(receipt.purpose);
  const controller = partOf(receipt.pii_controller);
  const form = partOf(receipt.signed_form);
  const giver = partOf(receipt.given_by);
  return [
    { claim: 'the receipt has its digest', holds: digest(exported.receipt) === exported.receipt_sha256 },
    {
      claim: 'it says all that a receipt must say (ISO/IEC TS 27560)',
      holds:
        receipt.format === 'cordon.consent-receipt.1' &&
        Object.entries(FIELDS).every(([field, kind]) => isOfKind(receipt[field], kind)) &&
        [controller.id, controller.name, purpose.name].every((value) => isOfKind(value, 'text')),
    },
    {
      claim: 'the text that was consented to has its digest',
      holds:
        typeof purpose.description === 'string' &&
        digest(purpose.description) === purpose.description_sha256 &&
        Number.isInteger(purpose.version),
    },
    {
      claim: 'it is withdrawn if, and only if, it says when, and not before it was given',
      holds:
        (receipt.state === 'withdrawn') === (typeof receipt.withdrawn_at === 'string') &&
        String(receipt.withdrawn_at ?? receipt.given_at) >= String(receipt.given_at),
    },
    {
      claim:
        'who gave it did so as the patient, a guardian or a representative, and on the portal under a login',
      // A receipt from before that was kept, or of what the clinic recorded, names nobody.
      holds:
        receipt.given_by === undefined ||
        (['patient', 'guardian', 'representative'].includes(String(giver.capacity)) &&
          (receipt.collection_method === 'portal'
            ? isOfKind(giver.user_id, 'text')
            : receipt.collection_method === 'signed_form')),
    },
    {
      claim: 'a form was signed for it if, and only if, it names one by its digest',
      holds:
        receipt.collection_method === 'signed_form'
          ? isOfKind(form.id, 'text') && isOfKind(form.content_sha256, 'text')
          : // The officer may rely on another basis for what was proposed with a form.
            receipt.signed_form === null || receipt.lawful_basis !== 'consent',
    },
    ...(kept === undefined
      ? []
      : [{ claim: 'it is the receipt that was kept', holds: digest(exported.receipt) === kept }]),
  ];
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'object':
      return isRecord(value);
    case 'list':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    case 'moment':
      return isMoment(value);
    case 'moment or null':
      return value === null || isMoment(value);
  }
}
