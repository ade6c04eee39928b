// What applications test with too: cordon/testing.
export { FROM_THE_CLINIC } from '../../testing/context.ts';
export * from '../../testing/test-database.ts';
