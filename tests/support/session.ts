// What applications test with too: cordon/testing.
export * from '../../testing/session.ts';
