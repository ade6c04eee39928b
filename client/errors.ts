/** What every error of Cordon's own has in common. The driver's error is its `cause`. */
export class CordonError extends Error {
  /** The SQLSTATE of `docs/errors.md`, or `CONTEXT`, `SESSION`, `PIN`, `AUTH`, `STORAGE`, `ANSWER` or `TRANSPORT` for what fails in the client itself. */
  readonly code: string;
  /** How to mend it, where that is known. */
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    { hint, cause }: { readonly hint?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CordonError';
    this.code = code;
    this.hint = hint;
  }
}

interface ErrorClass {
  new (
    message: string,
    options?: { readonly hint?: string | undefined; readonly cause?: unknown },
  ): CordonError;
}

const classes = new Map<string, ErrorClass>();

function errorClass(code: string, name: string): ErrorClass {
  const made = class extends CordonError {
    constructor(message: string, options?: { readonly hint?: string | undefined; readonly cause?: unknown }) {
      super(code, message, options);
      this.name = name;
    }
  };
  Object.defineProperty(made, 'name', { value: name });
  classes.set(code, made);
  return made;
}

/** The class of a code, for those that have one. */
export function errorClassOf(code: string): ErrorClass | undefined {
  return classes.get(code);
}

// One line a code of docs/errors.md; a test compares the two.
export const DeniedError = errorClass('42501', 'DeniedError');
export const InvalidClaimsError = errorClass('CD001', 'InvalidClaimsError');
export const InvalidOrganisationError = errorClass('CD002', 'InvalidOrganisationError');
export const TenantChangeError = errorClass('CD003', 'TenantChangeError');
export const UnpinnedWriteError = errorClass('CD004', 'UnpinnedWriteError');
export const ConsentTransitionError = errorClass('CD005', 'ConsentTransitionError');
export const UnknownPurposeError = errorClass('CD006', 'UnknownPurposeError');
export const IsolationLevelError = errorClass('CD007', 'IsolationLevelError');
export const SelfConfirmationError = errorClass('CD008', 'SelfConfirmationError');
export const EmergencyRefusedError = errorClass('CD009', 'EmergencyRefusedError');
export const NotFoundError = errorClass('CD010', 'NotFoundError');
export const SupersededError = errorClass('CD011', 'SupersededError');
export const UnknownTableError = errorClass('CD012', 'UnknownTableError');
export const TransitionError = errorClass('CD013', 'TransitionError');
export const AppendOnlyError = errorClass('CD014', 'AppendOnlyError');
export const OccupancyError = errorClass('CD015', 'OccupancyError');
export const SecretRefusedError = errorClass('CD016', 'SecretRefusedError');
export const SignatureRefusedError = errorClass('CD017', 'SignatureRefusedError');
export const SealBusyError = errorClass('CD018', 'SealBusyError');
export const SealBrokenError = errorClass('CD019', 'SealBrokenError');
export const PrivacyRefusedError = errorClass('CD020', 'PrivacyRefusedError');
export const AccessSlotError = errorClass('CD030', 'AccessSlotError');
export const SessionEndedError = errorClass('CD040', 'SessionEndedError');
export const RateLimitError = errorClass('CD041', 'RateLimitError');
export const RequestHeaderError = errorClass('CD042', 'RequestHeaderError');
export const InvitationRefusedError = errorClass('CD043', 'InvitationRefusedError');
export const JustificationError = errorClass('CD044', 'JustificationError');
export const DocumentRefusedError = errorClass('CD050', 'DocumentRefusedError');

// What the client refuses before the database is asked.
/** A context that names no caller, an unknown role, or a value that cannot be sent. */
export const SessionContextError = errorClass('CONTEXT', 'SessionContextError');
/** A session that is nested, used after its end, or whose transaction was ended inside it. */
export const SessionMisuseError = errorClass('SESSION', 'SessionMisuseError');
/** A query that cannot be pinned to one organisation. */
export const PinError = errorClass('PIN', 'PinError');

// What fails outside the database.
/** The vendor of Smart Insights could not be asked. What the transport threw is its `cause`. */
export const InsightsTransportError = errorClass('TRANSPORT', 'InsightsTransportError');
/** What Supabase Auth refuses; its own code is the hint. */
export const AuthRefusedError = errorClass('AUTH', 'AuthRefusedError');
/** What Storage refuses, beside what it denies. */
export const StorageRefusedError = errorClass('STORAGE', 'StorageRefusedError');
