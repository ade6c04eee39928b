import type pg from 'pg';

/** A refusal as Storage words it: of the database's answer it keeps the kind. */
export class StorageFailure extends Error {
  readonly status: number;
  /** Storage's word: `AccessDenied`, `NoSuchKey`. */
  readonly kind: string;
  /** The SQLSTATE beneath, where the database refused. */
  readonly sqlState: string | undefined;

  constructor(status: number, kind: string, message: string, sqlState?: string) {
    super(message);
    this.name = 'StorageFailure';
    this.status = status;
    this.kind = kind;
    this.sqlState = sqlState;
  }

  /** As src/storage/database maps PostgreSQL's errors. */
  static of({ code = '', message }: pg.DatabaseError): StorageFailure {
    if (code === '42501') return new StorageFailure(403, 'AccessDenied', message, code);
    if (code === '23505')
      return new StorageFailure(409, 'ResourceAlreadyExists', 'The resource already exists', code);
    if (code === '23503')
      return new StorageFailure(404, 'RelatedResourceNotFound', 'The related resource does not exist', code);
    return new StorageFailure(500, 'DatabaseError', message, code);
  }

  static noSuchKey(): StorageFailure {
    return new StorageFailure(404, 'NoSuchKey', 'Object not found');
  }

  static noSuchBucket(): StorageFailure {
    return new StorageFailure(404, 'NoSuchBucket', 'Bucket not found');
  }
}
