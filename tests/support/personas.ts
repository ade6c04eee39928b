// What applications test with too: cordon/testing.
export * from '../../testing/personas.ts';
