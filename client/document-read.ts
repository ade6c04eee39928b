import { ask, type DocumentsClient, otherAnswer, READ_SECONDS, storedOf } from './document-client.ts';
import { CordonError } from './errors.ts';
import type { CallOptions } from './in-time.ts';

/** Leave to have one document signed; for sixty seconds. */
export interface ReadTicket {
  readonly ticketId: string;
  readonly organisationId: string;
}

/** An address that opens one document for sixty seconds to whoever has it: show it, and store it nowhere. */
export interface SignedRead {
  readonly url: string;
  /** SHA-256 of the file, to compare with what arrives. */
  readonly sha256: string;
}

/**
 * Signs a document for its reader: a ticket of the database, then Storage's signature for sixty seconds. Never a public URL. [S-09 S-10]
 *
 * @param client of staff. Patients and operations have no way into Storage: {@link requestRead}, and a server that signs.
 * @throws CordonError: `NotFoundError` for a document that is not there, not open, or not theirs to read; `DeniedError` for who is not
 *   signed in; `StorageRefusedError` where it was closed in between.
 */
export async function signedRead(
  client: DocumentsClient,
  documentId: string,
  options: CallOptions = {},
): Promise<SignedRead> {
  const ticket = await ask(
    client,
    'issue_read_ticket',
    { document_id: documentId },
    ['bucket', 'path', 'sha256'],
    options,
  );
  return sign(client, ticket, READ_SECONDS, options);
}

/**
 * Asks for leave to read, for who cannot sign: the ticket goes to a server, which calls {@link signForTicket}. [S-09]
 *
 * @throws CordonError as {@link signedRead}.
 */
export async function requestRead(
  client: DocumentsClient,
  documentId: string,
  options: CallOptions = {},
): Promise<ReadTicket> {
  const ticket = await ask(
    client,
    'issue_read_ticket',
    { document_id: documentId },
    ['ticket_id', 'organisation_id'],
    options,
  );
  return { ticketId: ticket.ticket_id, organisationId: ticket.organisation_id };
}

/**
 * Signs on a server what a ticket opens, once, for as long as the ticket still lives. [S-05 S-09]
 *
 * @param server a client with the server's key. Take the ticket from the request of whom it was issued to, and answer nobody else.
 * @throws CordonError: `NotFoundError` for a ticket that was redeemed, has ended, or died with what it opened.
 */
export async function signForTicket(
  server: DocumentsClient,
  ticket: ReadTicket,
  options: CallOptions = {},
): Promise<SignedRead> {
  const redeemed = await ask(
    server,
    'redeem_read_ticket',
    { organisation_id: ticket.organisationId, ticket_id: ticket.ticketId },
    ['bucket', 'path', 'sha256'],
    options,
  );
  const { expires_in: seconds } = redeemed as { readonly expires_in?: unknown };
  if (typeof seconds !== 'number' || seconds <= 0) throw otherAnswer('redeem_read_ticket');
  return sign(server, redeemed, Math.min(READ_SECONDS, seconds), options);
}

async function sign(
  client: DocumentsClient,
  { bucket, path, sha256 }: { readonly bucket: string; readonly path: string; readonly sha256: string },
  seconds: number,
  options: CallOptions,
): Promise<SignedRead> {
  const { signedUrl } = await storedOf(client, options, {
    what: 'to sign the document',
    bucket,
    ask: (from) => from.createSignedUrl(path, seconds),
  });
  if (!/\/object\/sign\/[^?]+\?token=./.test(signedUrl)) {
    throw new CordonError('ANSWER', 'Storage answered with an address that it has not signed', {
      hint: 'Documents have no public URL: look at what stands between here and Storage.',
    });
  }
  return { url: signedUrl, sha256 };
}
