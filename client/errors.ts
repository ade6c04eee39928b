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

/** Names of the schema, and never of a row, where the database said them. */
export interface BrokenConstraint {
  /** `invoices` */
  readonly table?: string | undefined;
  /** `currency`: the column that has to have a value. */
  readonly column?: string | undefined;
  /** `invoices_currency_check`, as `generated/constraints.md` lists it. */
  readonly constraint?: string | undefined;
}

/** A row that does not keep to what every row of its table does: SQLSTATEs of class 23. Each code has a class beneath this one. */
export class ConstraintError extends CordonError implements BrokenConstraint {
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
    this.name = 'ConstraintError';
    this.table = options.table;
    this.column = options.column;
    this.constraint = options.constraint;
  }
}

interface ErrorOptions extends BrokenConstraint {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

interface ErrorClass<C extends string = string, E extends CordonError = CordonError> {
  new (message: string, options?: ErrorOptions): E & { readonly code: C };
}

const classes = new Map<string, ErrorClass>();

function errorClass<const C extends string>(code: C, name: string): ErrorClass<C> {
  const made = class extends CordonError {
    declare readonly code: C;
    constructor(message: string, options?: ErrorOptions) {
      super(code, message, options);
      this.name = name;
    }
  };
  return known(made, code, name);
}

function constraintClass<const C extends string>(code: C, name: string): ErrorClass<C, ConstraintError> {
  const made = class extends ConstraintError {
    declare readonly code: C;
    constructor(message: string, options?: ErrorOptions) {
      super(code, message, options);
      this.name = name;
    }
  };
  return known(made, code, name);
}

function known<T extends ErrorClass>(made: T, code: string, name: string): T {
  Object.defineProperty(made, 'name', { value: name });
  classes.set(code, made);
  return made;
}

/** The class of a code, for those that have one. */
export function errorClassOf(code: string): ErrorClass | undefined {
  return classes.get(code);
}

// One class a code of docs/errors.md; a test compares the two. Each is also the type of its errors.
/** `42501`: a policy or a privilege refuses the statement. What policies hide raises nothing: it is no row. */
export const DeniedError = errorClass('42501', 'DeniedError');
export type DeniedError = InstanceType<typeof DeniedError>;
/** `CD001`: the claims are no JSON object, or their `sub` or `session_id` is no UUID. */
export const InvalidClaimsError = errorClass('CD001', 'InvalidClaimsError');
export type InvalidClaimsError = InstanceType<typeof InvalidClaimsError>;
/** `CD002`: the chosen organisation is no UUID, or two settings name two. */
export const InvalidOrganisationError = errorClass('CD002', 'InvalidOrganisationError');
export type InvalidOrganisationError = InstanceType<typeof InvalidOrganisationError>;
/** `CD003`: an update would move a row to another organisation. */
export const TenantChangeError = errorClass('CD003', 'TenantChangeError');
export type TenantChangeError = InstanceType<typeof TenantChangeError>;
/** `CD004`: what bypasses row-level security writes a row of an organisation that it has not pinned. */
export const UnpinnedWriteError = errorClass('CD004', 'UnpinnedWriteError');
export type UnpinnedWriteError = InstanceType<typeof UnpinnedWriteError>;
/** `CD005`: a consent would take a step that it cannot, or its terms would change. */
export const ConsentTransitionError = errorClass('CD005', 'ConsentTransitionError');
export type ConsentTransitionError = InstanceType<typeof ConsentTransitionError>;
/** `CD006`: the purpose is not in `consent_purposes`. */
export const UnknownPurposeError = errorClass('CD006', 'UnknownPurposeError');
export type UnknownPurposeError = InstanceType<typeof UnknownPurposeError>;
/** `CD007`: a write that a gate depends on, above READ COMMITTED. */
export const IsolationLevelError = errorClass('CD007', 'IsolationLevelError');
export type IsolationLevelError = InstanceType<typeof IsolationLevelError>;
/** `CD008`: who created a portal account confirms it, or who took a patient's request down exports for it. */
export const SelfConfirmationError = errorClass('CD008', 'SelfConfirmationError');
export type SelfConfirmationError = InstanceType<typeof SelfConfirmationError>;
/** `CD009`: emergency access, its review or the lifting of a restriction is refused; the hint says why. */
export const EmergencyRefusedError = errorClass('CD009', 'EmergencyRefusedError');
export type EmergencyRefusedError = InstanceType<typeof EmergencyRefusedError>;
/** `CD010`: no such thing in the current organisation, also where it is another one's. */
export const NotFoundError = errorClass('CD010', 'NotFoundError');
export type NotFoundError = InstanceType<typeof NotFoundError>;
/** `CD011`: a superseded version of a record would change, or an entry by another than its author or later than a day: write a version. */
export const SupersededError = errorClass('CD011', 'SupersededError');
export type SupersededError = InstanceType<typeof SupersededError>;
/** `CD012`: `evaluate_policy` or `simulate_policy` is asked about a table without rules, or an operation that is none. */
export const UnknownTableError = errorClass('CD012', 'UnknownTableError');
export type UnknownTableError = InstanceType<typeof UnknownTableError>;
/** `CD013`: a status does not follow from the one before, or not for this realm. */
export const TransitionError = errorClass('CD013', 'TransitionError');
export type TransitionError = InstanceType<typeof TransitionError>;
/** `CD014`: something append-only or fixed would change. */
export const AppendOnlyError = errorClass('CD014', 'AppendOnlyError');
export type AppendOnlyError = InstanceType<typeof AppendOnlyError>;
/** `CD015`: a bed would not be as its admissions say. */
export const OccupancyError = errorClass('CD015', 'OccupancyError');
export type OccupancyError = InstanceType<typeof OccupancyError>;
/** `CD016`: a free text carries a card number, a national id or a link that opens by itself. */
export const SecretRefusedError = errorClass('CD016', 'SecretRefusedError');
export type SecretRefusedError = InstanceType<typeof SecretRefusedError>;
/** `CD017`: a signature, its end or a rejection lacks something, or is of another text than was shown. */
export const SignatureRefusedError = errorClass('CD017', 'SignatureRefusedError');
export type SignatureRefusedError = InstanceType<typeof SignatureRefusedError>;
/** `CD018`: somebody writes for more than five seconds into what is to be sealed, erased or purged, or changes the patient of a visit. Try again. */
export const SealBusyError = errorClass('CD018', 'SealBusyError');
export type SealBusyError = InstanceType<typeof SealBusyError>;
/** `CD019`: the trail is not what was sealed, or a table cannot be. */
export const SealBrokenError = errorClass('CD019', 'SealBrokenError');
export type SealBrokenError = InstanceType<typeof SealBrokenError>;
/** `CD020`: what privacy law asks for is missing; the hint says what. */
export const PrivacyRefusedError = errorClass('CD020', 'PrivacyRefusedError');
export type PrivacyRefusedError = InstanceType<typeof PrivacyRefusedError>;
/** `CD030`: the access log has no replication slot. */
export const AccessSlotError = errorClass('CD030', 'AccessSlotError');
export type AccessSlotError = InstanceType<typeof AccessSlotError>;
/** `CD040`: the session behind the token is not live. Sign in again. */
export const SessionEndedError = errorClass('CD040', 'SessionEndedError');
export type SessionEndedError = InstanceType<typeof SessionEndedError>;
/** `CD041`: one login has read as many restricted records in a minute as it may. Wait. */
export const RateLimitError = errorClass('CD041', 'RateLimitError');
export type RateLimitError = InstanceType<typeof RateLimitError>;
/** `CD042`: the header `x-justification` is too long. */
export const RequestHeaderError = errorClass('CD042', 'RequestHeaderError');
export type RequestHeaderError = InstanceType<typeof RequestHeaderError>;
/** `CD043`: an invitation, or whoever accepts it, is not as one can be; the hint says why. */
export const InvitationRefusedError = errorClass('CD043', 'InvitationRefusedError');
export type InvitationRefusedError = InstanceType<typeof InvitationRefusedError>;
/** `CD044`: a restricted read without a justification of 10 to 500 characters. */
export const JustificationError = errorClass('CD044', 'JustificationError');
export type JustificationError = InstanceType<typeof JustificationError>;
/** `CD050`: a document is not as one can be; the hint says why. */
export const DocumentRefusedError = errorClass('CD050', 'DocumentRefusedError');
export type DocumentRefusedError = InstanceType<typeof DocumentRefusedError>;

// What PostgreSQL itself refuses of a row, wherever the rule is written down as a constraint.
/** `23502`: a value is missing. */
export const MissingValueError = constraintClass('23502', 'MissingValueError');
export type MissingValueError = InstanceType<typeof MissingValueError>;
/** `23503`: what the row refers to is not there, or what is deleted is still referred to. */
export const ReferenceBrokenError = constraintClass('23503', 'ReferenceBrokenError');
export type ReferenceBrokenError = InstanceType<typeof ReferenceBrokenError>;
/** `23505`: there is such a row already. */
export const DuplicateError = constraintClass('23505', 'DuplicateError');
export type DuplicateError = InstanceType<typeof DuplicateError>;
/** `23514`: a value is not as the table takes it. */
export const CheckFailedError = constraintClass('23514', 'CheckFailedError');
export type CheckFailedError = InstanceType<typeof CheckFailedError>;

// What the client refuses before the database is asked.
/** A context that names no caller, an unknown role, or a value that cannot be sent. */
export const SessionContextError = errorClass('CONTEXT', 'SessionContextError');
export type SessionContextError = InstanceType<typeof SessionContextError>;
/** A session that is nested, used after its end, or whose transaction was ended inside it. */
export const SessionMisuseError = errorClass('SESSION', 'SessionMisuseError');
export type SessionMisuseError = InstanceType<typeof SessionMisuseError>;
/** A query that cannot be pinned to one organisation. */
export const PinError = errorClass('PIN', 'PinError');
export type PinError = InstanceType<typeof PinError>;

// What fails outside the database.
/** The vendor of Smart Insights could not be asked. What the transport threw is its `cause`. */
export const InsightsTransportError = errorClass('TRANSPORT', 'InsightsTransportError');
export type InsightsTransportError = InstanceType<typeof InsightsTransportError>;
/** What Supabase Auth refuses; its own code is the hint. */
export const AuthRefusedError = errorClass('AUTH', 'AuthRefusedError');
export type AuthRefusedError = InstanceType<typeof AuthRefusedError>;
/** What Storage refuses, beside what it denies. */
export const StorageRefusedError = errorClass('STORAGE', 'StorageRefusedError');
export type StorageRefusedError = InstanceType<typeof StorageRefusedError>;
