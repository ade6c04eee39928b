/**
 * One kind of object: a query that yields `key`, `definition` and `comment` for every object of that kind.
 * `$1` stands for the array of schema names and `owned_by_extension('<catalog>', oid)` for the test that leaves out what
 * belongs to an extension; {@link readCatalog} writes both out.
 */
export interface CatalogQuery {
  readonly sql: string;
}

export interface CatalogRow {
  readonly key: string;
  readonly definition: string;
  readonly comment: string | null;
}
