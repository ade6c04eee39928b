import { probe } from '../probe.ts';

export const n29 = probe('N-29', [], { needs: ['audit.access_log'] });
